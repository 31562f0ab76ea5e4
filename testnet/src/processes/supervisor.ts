/** All nodes of a local network: started side by side, stopped together within two seconds. */
import { NetworkError } from "./network-error.ts";
import { NodeProcess, type NodeExit, type NodeState } from "./node-process.ts";
import type { NodePlan } from "./plan.ts";

export interface SupervisorOptions {
  readonly nodes: readonly NodePlan[];
  /** `peerId` of each node, by name. */
  readonly peerIds: ReadonlyMap<string, string>;
  readonly exited: (exit: NodeExit) => void;
}

export interface NodeReport {
  readonly name: string;
  readonly state: NodeState;
  readonly pid: number | undefined;
}

/** What is left of the two seconds is for the processes to be reaped. */
const stopTimeoutMs = 1600;

export class Supervisor {
  readonly #processes: ReadonlyMap<string, NodeProcess>;

  constructor(options: SupervisorOptions) {
    const { nodes, exited } = options;
    this.#processes = new Map(
      nodes.map((node) => {
        const { name, home } = node;
        const settings = settingsOf(node, options);
        return [name, new NodeProcess({ name, home, settings, exited })];
      }),
    );
  }

  startAll(): void {
    for (const process of this.#processes.values()) process.start();
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((process) => process.stop(stopTimeoutMs)));
  }

  start(name: string): void {
    this.#process(name).start();
  }

  async kill(name: string): Promise<void> {
    await this.#process(name).kill();
  }

  /** Stops it first where it runs. */
  async restart(name: string): Promise<void> {
    const process = this.#process(name);
    await process.stop(stopTimeoutMs);
    process.start();
  }

  pause(name: string): void {
    this.#process(name).pause();
  }

  resume(name: string): void {
    this.#process(name).resume();
  }

  reports(): readonly NodeReport[] {
    return [...this.#processes.values()].map(({ name, state, pid }) => ({ name, state, pid }));
  }

  #process(name: string): NodeProcess {
    const process = this.#processes.get(name);
    if (process !== undefined) return process;
    throw new NetworkError({
      code: "NODE_UNKNOWN",
      message: `there is no node "${name}"; these are: ${[...this.#processes.keys()].join(", ")}`,
      facts: { node: name },
    });
  }
}

/** The ports in the files are those of the first start; these are the ones of this run. */
function settingsOf(node: NodePlan, options: SupervisorOptions): Readonly<Record<string, string>> {
  const peers = options.nodes
    .filter(({ name }) => name !== node.name)
    .map(({ name, p2pPort }) => `${options.peerIds.get(name) ?? ""}@127.0.0.1:${p2pPort}`);
  return {
    "rpc.laddr": `tcp://127.0.0.1:${node.rpcPort}`,
    "p2p.laddr": `tcp://127.0.0.1:${node.p2pPort}`,
    "p2p.persistent_peers": peers.join(","),
    "instrumentation.prometheus_listen_addr": `tcp://127.0.0.1:${node.metricsPort}`,
  };
}
