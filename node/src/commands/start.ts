/**
 * `pyralogd start`: makes the real ports, hands them to the drivers, opens the RPC, and stops
 * cleanly when asked. Whatever ends a node for good ends the process, with one line that says why.
 */
import { readFileSync } from "node:fs";
import { checkGenesis, createApplication } from "#app";
import { loadNode, textFromPeerAddress, textFromTcpAddress, type NodeSetup } from "#config";
import { loadState, openNode, type NodeOptions } from "#drivers";
import {
  createLibp2pWire,
  createLog,
  loadCrypto,
  openDisk,
  openTable,
  systemClock,
  systemTimers,
} from "#io";
import type { Log, Table } from "#ports";
import { createMetrics, createMetricsServer, createRpcServer, type MetricsRegistry } from "#rpc";
import { createBackend } from "./node-backend.ts";
import { nodeInfoOf } from "./node-info.ts";
import { recordMetrics } from "./record-metrics.ts";

export interface StartOptions {
  readonly home: string;
  /** By key, as `{"p2p.laddr": "tcp://…"}`. */
  readonly flags: Readonly<Record<string, string>>;
}

/** How long a clean stop may take before the process ends all the same. */
const stopMsMax = 2_000;

/** Resolves when the node runs. @throws ConfigError before anything is written. */
export async function start({ home, flags }: StartOptions): Promise<void> {
  const setup = loadNode({ home, flags, environment: process.env, checkGenesis });
  const logs = createLog({ levels: setup.config.general.logLevels });
  const log = logs.module("node");
  const closing: Closing = [];
  const stop = stopper(closing, log);
  process.once("SIGTERM", () => void stop(0));
  process.once("SIGINT", () => void stop(0));
  const failed = (error: unknown): void => {
    log.write("error", "the node cannot go on", { err: error });
    void stop(1);
  };
  await run({ setup, logs, closing, failed });
}

async function run(parts: {
  readonly setup: NodeSetup;
  readonly logs: ReturnType<typeof createLog>;
  readonly closing: Closing;
  readonly failed: (error: unknown) => void;
}): Promise<void> {
  const { setup, logs, closing, failed } = parts;
  const { config, genesis, nodeKey, validatorKey } = setup;
  const world = { clock: systemClock, timers: systemTimers };
  const { chainId } = genesis;
  const { crypto, missing } = await loadCrypto();
  if (missing !== undefined) {
    const facts = { missing, instead: crypto.name };
    logs.module("node").write("warn", "no native build of a signature library", facts);
  }
  const { data } = config.paths;
  const tables = { chain: "chain.db", application: "application.db", index: "index.db" };
  const open = async (name: string): Promise<Table> => {
    const table = await openTable(`${data}/${name}`);
    closing.unshift(() => table.close());
    return table;
  };
  const applicationTable = await open(tables.application);
  const state = await loadState(applicationTable, { versionsMax: config.state.versionsMax });
  const { gasPricesMin } = config.app;
  const application = createApplication({ state, crypto, node: { gasPrices: gasPricesMin } });
  const metrics = createMetrics({ namespace: config.instrumentation.namespace, chainId });
  const wire = await createLibp2pWire({
    secretKey: nodeKey.secretKey,
    chainId,
    listen: textFromTcpAddress(config.p2p.listen),
    peers: config.p2p.persistentPeers.map(textFromPeerAddress),
    log: logs.module("p2p"),
    limits: { inboundMax: config.p2p.inboundPeersMax },
  });
  const node = await openNode({
    ports: {
      ...world,
      disk: await openDisk(data),
      chainTable: await open(tables.chain),
      applicationTable,
      indexTable: await open(tables.index),
      wire,
      log: logs.module("consensus"),
      metrics,
    },
    genesis,
    application,
    crypto,
    secretKey: validatorKey.secretKey,
    timeouts: timeoutsOf(setup),
    mempool: mempoolLimitsOf(setup),
    blocksKept: config.app.blocksKeptMin,
    failed,
  });
  closing.unshift(() => node.stop());
  recordMetrics({ node, metrics, wire, clock: systemClock });
  await node.start();
  const info = nodeInfoOf(setup, crypto.name);
  const listeners = [`Listener(@${textFromTcpAddress(config.p2p.listen)})`];
  const backend = createBackend({
    ...world,
    node,
    application,
    genesisText: readFileSync(config.paths.genesis, "utf8"),
    wire,
    info,
    listeners,
  });
  const rpcLog = logs.module("rpc");
  const rpc = createRpcServer({ backend, settings: config.rpc, ...world, log: rpcLog, metrics });
  const port = await rpc.start();
  closing.unshift(() => rpc.stop());
  await startMetrics({ setup, metrics, log: rpcLog, closing });
  logs.module("node").write("info", "running", { chainId, rpcPort: port, nodeId: info.id });
}

type Closing = (() => Promise<void>)[];

async function startMetrics(parts: {
  readonly setup: NodeSetup;
  readonly metrics: MetricsRegistry;
  readonly log: Log;
  readonly closing: Closing;
}): Promise<void> {
  const { prometheus, listen } = parts.setup.config.instrumentation;
  if (!prometheus) return;
  const server = createMetricsServer({ registry: parts.metrics, listen, log: parts.log });
  await server.start();
  parts.closing.unshift(() => server.stop());
}

function timeoutsOf({ config }: NodeSetup): NodeOptions["timeouts"] {
  const { consensus } = config;
  return {
    proposeMs: consensus.proposeTimeoutMs,
    proposeDeltaMs: consensus.proposeTimeoutDeltaMs,
    prevoteMs: consensus.prevoteTimeoutMs,
    prevoteDeltaMs: consensus.prevoteTimeoutDeltaMs,
    precommitMs: consensus.precommitTimeoutMs,
    precommitDeltaMs: consensus.precommitTimeoutDeltaMs,
    commitMs: consensus.commitTimeoutMs,
  };
}

function mempoolLimitsOf({ config }: NodeSetup): NodeOptions["mempool"] {
  const { mempool } = config;
  return {
    txsMax: mempool.txsMax,
    poolBytesMax: mempool.bytesMax,
    txBytesMax: mempool.txBytesMax,
    cacheHashesMax: mempool.cacheSize,
    senderTxsMax: mempool.txsPerSenderMax,
  };
}

/** Closes everything in reverse order, once, and ends the process. */
function stopper(closing: Closing, log: Log): (code: number) => Promise<void> {
  let stopping = false;
  return async (code) => {
    if (stopping) return;
    stopping = true;
    systemTimers.after(stopMsMax, () => process.exit(code === 0 ? 1 : code));
    for (const close of closing) {
      try {
        await close();
      } catch (error) {
        log.write("error", "something did not close", { err: error });
      }
    }
    log.write("info", "stopped");
    process.exit(code);
  };
}
