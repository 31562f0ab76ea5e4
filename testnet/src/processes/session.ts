/**
 * One run of a local network: the nodes start side by side, and while they find each other the
 * wallet's keys are written. It ends with `stop`, after which every port is free and all state is
 * where the next run looks for it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { controlPath, isControlled, serveControl, type OrderFor } from "./control.ts";
import { fillKeystore, type DevAccount } from "./dev-accounts.ts";
import { lastLogLine } from "./last-log-line.ts";
import { clearLeftovers } from "./leftovers.ts";
import { openLocalNetwork, type LocalNetwork, type NetworkOptions } from "./local-network.ts";
import {
  loadNetworkFile,
  saveNetworkFile,
  type NetworkCluster,
  type NetworkFile,
} from "./network-file.ts";
import { NetworkError } from "./network-error.ts";
import { logPath, type NodeExit } from "./node-process.ts";
import { observeNodes } from "./observe.ts";
import { metricsUrl, planNodes, rpcUrl, type NodePlan } from "./plan.ts";
import { findPorts } from "./ports.ts";
import { Supervisor, type NodeReport } from "./supervisor.ts";

export interface SessionOptions extends NetworkOptions {
  readonly basePort: number;
  /** How long the network may take until its first new block; a minute unless given. */
  readonly readyTimeoutMs?: number;
  /** A node ended without having been told to. */
  readonly exited: (exit: NodeExit) => void;
}

const readyTimeoutDefaultMs = 60_000;
const pollMs = 100;

export class Session {
  readonly accounts: readonly DevAccount[];
  /** The port that was taken, if the whole block had to move. */
  readonly portTaken: number | undefined;
  readonly #home: string;
  readonly #network: LocalNetwork;
  readonly #basePort: number;
  readonly #nodes: readonly NodePlan[];
  readonly #supervisor: Supervisor;
  readonly #readyTimeoutMs: number;
  readonly #exits: NodeExit[] = [];
  #control: { close(): void } | undefined;
  #stopping = false;

  private constructor(parts: {
    readonly options: SessionOptions;
    readonly network: LocalNetwork;
    readonly basePort: number;
    readonly portTaken: number | undefined;
  }) {
    const { options, network, basePort } = parts;
    this.accounts = network.accounts;
    this.portTaken = parts.portTaken;
    this.#home = options.home;
    this.#readyTimeoutMs = options.readyTimeoutMs ?? readyTimeoutDefaultMs;
    this.#network = network;
    this.#basePort = basePort;
    this.#nodes = planNodes({ home: options.home, clusters: network.clusters, basePort });
    this.#supervisor = new Supervisor({
      nodes: this.#nodes,
      peerIds: network.peerIds,
      exited: (exit) => {
        if (this.#stopping) return;
        this.#save();
        if (exit.expected) return;
        this.#exits.push(exit);
        options.exited(exit);
      },
    });
  }

  /** Opens or makes the network and starts its nodes. @throws NetworkError, ConfigError */
  static async start(options: SessionOptions): Promise<Session> {
    const { home } = options;
    await refuseSecondRun(home);
    const network = await openLocalNetwork(options);
    const { clusters } = network;
    const { basePort, taken } = await findPorts({ clusters, basePort: options.basePort });
    const session = new Session({ options, network, basePort, portTaken: taken });
    try {
      session.#supervisor.startAll();
      session.#save();
      session.#control = await serveControl(controlPath(home), (order) => session.#carry(order));
      return session;
    } catch (error) {
      await session.stop();
      throw error;
    }
  }

  /** Resolves when every node answers, each has seen a new block, and the keys can be used. */
  async ready(): Promise<void> {
    const end = performance.now() + this.#readyTimeoutMs;
    const first = await this.#heights(end, () => true);
    await fillKeystore(this.#home, this.accounts);
    const begun = this.#network.fresh ? 0n : first.reduce((a, b) => (a > b ? a : b), 0n);
    await this.#heights(end, (height) => height > begun);
  }

  network(): NetworkFile {
    const { chainId, prefix, denom } = this.#network;
    return {
      chainId,
      prefix,
      denom,
      basePort: this.#basePort,
      pid: process.pid,
      control: controlPath(this.#home),
      clusters: this.#clusters(),
      accounts: this.accounts.map(({ name, address, hex }) => ({ name, address, hex })),
    };
  }

  reports(): readonly NodeReport[] {
    return this.#supervisor.reports();
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#control?.close();
    await this.#supervisor.stopAll();
    const { clusters, ...rest } = this.network();
    saveNetworkFile(this.#home, { ...rest, pid: null, clusters });
  }

  #save(): void {
    saveNetworkFile(this.#home, this.network());
  }

  #clusters(): readonly NetworkCluster[] {
    const pids = new Map(this.#supervisor.reports().map(({ name, pid }) => [name, pid]));
    return this.#nodes.map((node, index) => ({
      name: node.cluster,
      operator: this.accounts.find(({ name }) => name === `op${index}`)?.address ?? "",
      nodes: [
        {
          name: node.name,
          home: node.home,
          pid: pids.get(node.name) ?? null,
          rpc: rpcUrl(node),
          p2p: node.p2pPort,
          metrics: metricsUrl(node),
        },
      ],
    }));
  }

  /** Asks until every node's height is right. @throws NetworkError `NODE_FAILED`, `NOT_READY` */
  async #heights(end: number, isRight: (height: bigint) => boolean): Promise<readonly bigint[]> {
    const asked = this.#nodes.map((node) => ({ name: node.name, rpc: rpcUrl(node) }));
    for (;;) {
      const [failed] = this.#exits;
      if (failed !== undefined) throw this.#failure(failed.name);
      if (this.#stopping) return [];
      const views = await observeNodes(asked);
      const heights = views.flatMap(({ height }) => (height === undefined ? [] : [height]));
      if (heights.length === views.length && heights.every(isRight)) return heights;
      if (performance.now() > end) {
        throw this.#notReady(views.find(({ height }) => height === undefined)?.name ?? "c0n0");
      }
      await sleep(pollMs);
    }
  }

  #failure(name: string): NetworkError {
    const log = this.#logOf(name);
    return new NetworkError({
      code: "NODE_FAILED",
      message: `${name} ended before the network was ready: ${lastLogLine(log)} (see ${log})`,
      facts: { node: name },
    });
  }

  #notReady(name: string): NetworkError {
    const log = this.#logOf(name);
    const seconds = this.#readyTimeoutMs / 1000;
    return new NetworkError({
      code: "NOT_READY",
      message: `no block within ${seconds} s; the last line of ${log}: ${lastLogLine(log)}`,
      facts: { node: name },
    });
  }

  #logOf(name: string): string {
    return logPath(this.#nodes.find((node) => node.name === name)?.home ?? this.#home);
  }

  async #carry({ order, node }: OrderFor): Promise<string> {
    const text = await this.#carryOut({ order, node });
    if (order !== "ping") this.#save();
    return text;
  }

  async #carryOut({ order, node }: OrderFor): Promise<string> {
    switch (order) {
      case "ping":
        return "running";
      case "kill":
        await this.#supervisor.kill(node);
        return (
          `${node} is killed, as by a power cut; ` +
          `\`npx pyralog-testnet restart ${node}\` brings it back`
        );
      case "restart":
        await this.#supervisor.restart(node);
        return `${node} is started again`;
      case "pause":
        this.#supervisor.pause(node);
        return `${node} is frozen; \`npx pyralog-testnet resume ${node}\` lets it go on`;
      case "resume":
        this.#supervisor.resume(node);
        return `${node} goes on`;
    }
  }
}

async function refuseSecondRun(home: string): Promise<void> {
  const network = loadNetworkFile(home);
  if (network === undefined) return;
  if (await isControlled(network.control)) {
    throw new NetworkError({
      code: "NETWORK_RUNNING",
      message:
        `the network of ${home} runs already, in process ${network.pid ?? 0}; ` +
        "stop it there with Ctrl-C, or start another one with --home DIR",
    });
  }
  await clearLeftovers(network);
}
