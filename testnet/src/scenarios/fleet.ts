/**
 * Validators as processes of their own, without a supervisor between: any set of them is started
 * and killed at one moment, and each dials exactly the others that it is told to. Whatever waits
 * here fails the moment that a node ends by itself.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defined } from "@pyralog/chain/base";
import { parseGenesis, type GenesisDocument } from "@pyralog/chain/types";
import { homePaths } from "@pyralog/node/config";
import { createRpc, fetchStatus, type Rpc } from "@pyralog/wallet-cli/client";
import { violation } from "#checkers";
import {
  findPorts,
  lastLogLine,
  logPath,
  NodeProcess,
  openLocalNetwork,
  planNodes,
  rpcUrl,
  type DevAccount,
  type LocalNetwork,
  type NodeExit,
  type NodePlan,
  type NodeRun,
} from "#processes";
import { ScenarioError } from "./scenario-error.ts";

export interface FleetNode {
  readonly index: number;
  readonly name: string;
  readonly home: string;
  readonly p2pPort: number;
  readonly rpc: Rpc;
}

export interface FleetOptions {
  /** A folder that is empty or not there. */
  readonly home: string;
  readonly clusters: number;
  readonly basePort: number;
  /** For every node, by key, as `{"consensus.timeout_commit": "200ms"}`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The path of a JSON merge patch onto the genesis. */
  readonly genesisPatch?: string;
}

export interface DoomedRun extends NodeRun {
  /** Why it is to end. */
  readonly ends: string;
}

/** Which node is dialled, and on which port: its own, or that of a gate before it. */
export interface Dial {
  readonly to: number;
  readonly port: number;
}

/** Who is down refuses at once; who is busy may take a while. */
const rpcTimeoutMs = 15_000;
const pollMs = 50;
const stopTimeoutMs = 4_000;
/** For machines on which much else runs: what is awaited comes within seconds on an idle one. */
const waitDefaultMs = 90_000;

export class Fleet {
  readonly genesis: GenesisDocument;
  readonly accounts: readonly DevAccount[];
  readonly denom: string;
  readonly nodes: readonly FleetNode[];
  readonly #plans: readonly NodePlan[];
  readonly #settings: Readonly<Record<string, string>>;
  readonly #peerIds: ReadonlyMap<string, string>;
  readonly #dials = new Map<number, readonly Dial[]>();
  readonly #processes = new Map<number, NodeProcess>();
  /** Those that are to end by themselves. */
  readonly #doomed = new Set<number>();
  #ended: string | undefined;

  /** Makes the homes of a new chain; nothing runs yet. */
  static async create(options: FleetOptions): Promise<Fleet> {
    const { home, clusters, settings = {} } = options;
    const { basePort } = await findPorts(options);
    const network = await openLocalNetwork({
      home,
      clusters,
      reset: false,
      genesisPatch: options.genesisPatch,
    });
    return new Fleet({ network, settings, plans: planNodes({ home, clusters, basePort }) });
  }

  private constructor(parts: {
    readonly network: LocalNetwork;
    readonly settings: Readonly<Record<string, string>>;
    readonly plans: readonly NodePlan[];
  }) {
    const { network, plans } = parts;
    this.#settings = parts.settings;
    this.accounts = network.accounts;
    this.denom = network.denom;
    this.#peerIds = network.peerIds;
    this.#plans = plans;
    this.nodes = plans.map((plan, index) => ({
      index,
      name: plan.name,
      home: plan.home,
      p2pPort: plan.p2pPort,
      rpc: createRpc(rpcUrl(plan), { timeoutMs: rpcTimeoutMs }),
    }));
    const { genesis } = homePaths(this.node(0).home);
    const parsed = parseGenesis(readFileSync(genesis, "utf8"));
    if (parsed.kind === "refused") throw parsed.error;
    this.genesis = parsed.value;
  }

  peerIdOf(index: number): string {
    return this.#peerIds.get(this.node(index).name) ?? "";
  }

  node(index: number): FleetNode {
    return defined(this.nodes[index], "the fleet has this node");
  }

  /** Whom a node dials, in place of everybody. Before its first start. */
  dial(from: number, dials: readonly Dial[]): void {
    this.#dials.set(from, dials);
  }

  start(indexes: readonly number[] = this.#all()): void {
    for (const index of indexes) this.#process(index).start();
  }

  /** Starts a node that ends by itself; resolves to how it did. @throws Violation `LIVENESS` */
  async startDoomed(index: number, run: DoomedRun): Promise<NodeExit> {
    this.#doomed.add(index);
    const process = this.#process(index);
    process.start(run);
    await this.until(
      `${process.name} ends: ${run.ends}`,
      async () => process.lastExit !== undefined,
    );
    this.#doomed.delete(index);
    return defined(process.lastExit, "it has ended");
  }

  /** Whether a started node reaches the height; false where it ends before. @throws Violation */
  async startOrEnd(index: number, height: bigint): Promise<boolean> {
    this.#doomed.add(index);
    const process = this.#process(index);
    process.start();
    await this.until(`${process.name} reaches height ${height}, or ends`, async () => {
      if (process.lastExit !== undefined) return true;
      return ((await this.heightOf(index)) ?? 0n) >= height;
    });
    this.#doomed.delete(index);
    return process.lastExit === undefined;
  }

  /** As a power cut that takes all of them in one moment, as far as a kernel can. */
  async kill(indexes: readonly number[] = this.#all()): Promise<void> {
    await Promise.all(indexes.map((index) => this.#process(index).kill()));
  }

  /** Asks every node that runs to stop. */
  async stop(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((process) => process.stop(stopTimeoutMs)));
  }

  /** Of a node that runs. */
  pidOf(index: number): number {
    return defined(this.#process(index).pid, "the node runs");
  }

  /** Nothing while the node does not answer. */
  async heightOf(index: number): Promise<bigint | undefined> {
    try {
      return (await fetchStatus(this.node(index).rpc)).height;
    } catch {
      return undefined;
    }
  }

  /** The greatest height that any of them answers. */
  async heightMax(indexes: readonly number[] = this.#all()): Promise<bigint> {
    const heights = await Promise.all(indexes.map((index) => this.heightOf(index)));
    return heights.reduce<bigint>((max, height = 0n) => (height > max ? height : max), 0n);
  }

  /** Resolves when each of them has reached the height. @throws Violation `LIVENESS` */
  async reach(height: bigint, indexes: readonly number[] = this.#all()): Promise<void> {
    for (const index of indexes) {
      await this.until(`${this.node(index).name} reaches height ${height}`, async () => {
        const own = await this.heightOf(index);
        return own !== undefined && own >= height;
      });
    }
  }

  /** @throws Violation `LIVENESS` when it is not so in time, ScenarioError `NODE_ENDED` */
  async until(claim: string, isSo: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + waitDefaultMs;
    for (;;) {
      if (this.#ended !== undefined) throw this.#endedError(this.#ended);
      if (await isSo()) return;
      if (performance.now() > end) throw violation("LIVENESS", { claim, waitedMs: waitDefaultMs });
      await sleep(pollMs);
    }
  }

  #all(): readonly number[] {
    return this.nodes.map(({ index }) => index);
  }

  #process(index: number): NodeProcess {
    const known = this.#processes.get(index);
    if (known !== undefined) return known;
    const { name, home } = this.node(index);
    const process = new NodeProcess({
      name,
      home,
      settings: this.#settingsOf(index),
      exited: ({ expected }) => {
        if (!expected && !this.#doomed.has(index)) this.#ended = name;
      },
    });
    this.#processes.set(index, process);
    return process;
  }

  #settingsOf(index: number): Readonly<Record<string, string>> {
    const plan = defined(this.#plans[index], "every node has a plan");
    const dials = this.#dials.get(index) ?? this.#everybodyBut(index);
    const peers = dials.map(({ to, port }) => `${this.peerIdOf(to)}@127.0.0.1:${port}`);
    return {
      ...this.#settings,
      "rpc.laddr": `tcp://127.0.0.1:${plan.rpcPort}`,
      "p2p.laddr": `tcp://127.0.0.1:${plan.p2pPort}`,
      "p2p.persistent_peers": peers.join(","),
      "instrumentation.prometheus_listen_addr": `tcp://127.0.0.1:${plan.metricsPort}`,
    };
  }

  #everybodyBut(from: number): readonly Dial[] {
    return this.nodes
      .filter(({ index }) => index !== from)
      .map(({ index, p2pPort }) => ({ to: index, port: p2pPort }));
  }

  #endedError(name: string): ScenarioError {
    const log = logPath(this.nodes.find((node) => node.name === name)?.home ?? "");
    return new ScenarioError({
      code: "NODE_ENDED",
      message: `${name} ended by itself; its last words: ${lastLogLine(log)} (see ${log})`,
      facts: { node: name },
    });
  }
}
