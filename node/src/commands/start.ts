/**
 * `pyralogd start`: makes the real ports, hands them to the drivers, opens the RPC, and stops
 * cleanly when asked. Whatever ends a node for good ends the process, with one line that says why.
 */
import { readFileSync } from "node:fs";
import type { Crypto } from "@pyralog/chain/crypto";
import { checkGenesis, createApplication } from "#app";
import { loadNode, textFromPeerAddress, textFromTcpAddress, type NodeSetup } from "#config";
import { loadState, openNode, type NodeOptions, type NodePorts } from "#drivers";
import {
  createLibp2pWire,
  createLog,
  loadCrypto,
  openDisk,
  openTable,
  systemClock,
  systemTimers,
  type Libp2pWireOptions,
  type Logs,
} from "#io";
import type { Disk, Log, ObservedWire, Table } from "#ports";
import { createMetrics, createMetricsServer, createRpcServer, type MetricsRegistry } from "#rpc";
import { explainStart } from "./explain-start.ts";
import { assertLimits, createLimits } from "./limits-table.ts";
import { createBackend, type BackendParts } from "./node-backend.ts";
import { nodeInfoOf } from "./node-info.ts";
import { recordMetrics } from "./record-metrics.ts";

export interface StartOptions {
  readonly home: string;
  /** By key, as `{"p2p.laddr": "tcp://…"}`. */
  readonly flags: Readonly<Record<string, string>>;
  /** Made otherwise than from `#io`: by whoever must know when what is written or said. */
  readonly world?: OuterWorld;
}

/** How the ports are made over which a node writes and speaks. */
interface OuterWorld {
  readonly openDisk: (root: string) => Promise<Disk>;
  readonly openTable: (path: string) => Promise<Table>;
  readonly createWire: (options: Libp2pWireOptions) => Promise<ObservedWire>;
  readonly walSegmentBytes?: number;
}

const outerWorld: OuterWorld = { openDisk, openTable, createWire: createLibp2pWire };
const world = { clock: systemClock, timers: systemTimers };
/** How long a clean stop may take before the process ends all the same. */
const stopMsMax = 2_000;

/** Resolves when the node runs. @throws ConfigError before anything is written; CommandError */
export async function start(options: StartOptions): Promise<void> {
  const { home, flags, world: outer = outerWorld } = options;
  const setup = loadNode({ home, flags, environment: process.env, checkGenesis });
  const logs = createLog({ levels: setup.config.general.logLevels });
  const log = logs.module("node");
  const closing: Closing = [];
  const stop = stopper(closing, log);
  process.on("SIGTERM", () => void stop(0));
  process.on("SIGINT", () => void stop(0));
  const failed = (error: unknown): void => {
    log.write("error", "the node cannot go on", { err: error });
    void stop(1);
  };
  try {
    await run({ setup, outer, logs, closing, failed });
  } catch (error) {
    // A validator that nobody can reach or stop must not stay behind.
    await closeAll(closing, log);
    setTimeout(() => process.exit(1), stopMsMax).unref();
    throw explainStart(error, setup);
  }
}

interface Run {
  readonly setup: NodeSetup;
  readonly outer: OuterWorld;
  readonly logs: Logs;
  readonly closing: Closing;
  readonly failed: (error: unknown) => void;
}

/** What of the real world a node stands on, all of it open. */
interface Opened {
  readonly ports: NodePorts & { readonly wire: ObservedWire };
  readonly crypto: Crypto;
  readonly metrics: MetricsRegistry;
}

async function run(parts: Run): Promise<void> {
  const { setup, outer, logs, closing, failed } = parts;
  const { config, genesis, validatorKey } = setup;
  const wireLimits = { inboundMax: config.p2p.inboundPeersMax };
  assertLimits(createLimits({ mempool: mempoolLimitsOf(setup), wire: wireLimits }));
  const { ports, crypto, metrics } = await openPorts(parts);
  const { versionsMax } = config.state;
  const state = await loadState(ports.applicationTable, { versionsMax });
  const { gasPricesMin } = config.app;
  const application = createApplication({ state, crypto, node: { gasPrices: gasPricesMin } });
  const node = await openNode({
    ports,
    genesis,
    application,
    crypto,
    secretKey: validatorKey.secretKey,
    timeouts: timeoutsOf(setup),
    mempool: mempoolLimitsOf(setup),
    blocksKept: config.app.blocksKeptMin,
    ...(outer.walSegmentBytes === undefined ? {} : { walSegmentBytes: outer.walSegmentBytes }),
    failed,
  });
  closing.unshift(() => node.stop());
  const { wire, clock } = ports;
  recordMetrics({ node, metrics, wire, clock });
  await node.start();
  const info = nodeInfoOf(setup, crypto.name);
  const rpcPort = await openRpc(parts, { node, application, wire, info, metrics });
  await startMetrics({ setup, metrics, log: logs.module("rpc"), closing });
  const { chainId } = genesis;
  logs.module("node").write("info", "running", { chainId, rpcPort, nodeId: info.id });
}

async function openPorts({ setup, outer, logs, closing }: Run): Promise<Opened> {
  const { config, genesis, nodeKey } = setup;
  const { chainId } = genesis;
  const { crypto, missing } = await loadCrypto();
  if (missing !== undefined) {
    const facts = { missing, instead: crypto.name };
    logs.module("node").write("warn", "no native build of a signature library", facts);
  }
  const { data } = config.paths;
  const open = async (name: string): Promise<Table> => {
    const table = await outer.openTable(`${data}/${name}`);
    closing.unshift(() => table.close());
    return table;
  };
  const metrics = createMetrics({ namespace: config.instrumentation.namespace, chainId });
  const wire = await outer.createWire({
    secretKey: nodeKey.secretKey,
    chainId,
    listen: textFromTcpAddress(config.p2p.listen),
    peers: config.p2p.persistentPeers.map(textFromPeerAddress),
    log: logs.module("p2p"),
    limits: { inboundMax: config.p2p.inboundPeersMax },
  });
  const ports = {
    ...world,
    disk: await outer.openDisk(data),
    chainTable: await open("chain.db"),
    applicationTable: await open("application.db"),
    indexTable: await open("index.db"),
    wire,
    log: logs.module("consensus"),
    metrics,
  };
  return { ports, crypto, metrics };
}

/** Answers with the port. */
async function openRpc(
  { setup, logs, closing }: Run,
  served: Pick<BackendParts, "node" | "application" | "wire" | "info"> & {
    readonly metrics: MetricsRegistry;
  },
): Promise<number> {
  const { config } = setup;
  const listeners = [`Listener(@${textFromTcpAddress(config.p2p.listen)})`];
  const genesisText = readFileSync(config.paths.genesis, "utf8");
  const backend = createBackend({ ...world, ...served, genesisText, listeners });
  const { metrics } = served;
  const log = logs.module("rpc");
  const rpc = createRpcServer({ backend, settings: config.rpc, ...world, log, metrics });
  const port = await rpc.start();
  closing.unshift(() => rpc.stop());
  return port;
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
    await closeAll(closing, log);
    log.write("info", "stopped");
    process.exit(code);
  };
}

async function closeAll(closing: Closing, log: Log): Promise<void> {
  for (const close of closing) {
    try {
      await close();
    } catch (error) {
      log.write("error", "something did not close", { err: error });
    }
  }
}
