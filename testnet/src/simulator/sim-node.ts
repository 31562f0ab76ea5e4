/** One validator in a simulated world: production's code on simulated ports, booted often. */
import { inOrder, type Application } from "@pyralog/chain/abci";
import { finish } from "@pyralog/chain/base";
import { authQueryWires, baseAccountWire } from "@pyralog/chain/codec";
import type { Crypto } from "@pyralog/chain/crypto";
import { createHeight, type GenesisDocument } from "@pyralog/chain/types";
import { createApplication } from "@pyralog/node/app";
import {
  loadState,
  openNode,
  signRecordPath,
  type Node,
  type NodeEvent,
} from "@pyralog/node/drivers";
import { noMetrics, PortError } from "@pyralog/node/ports";
import { SignStore } from "@pyralog/node/storage";
import { createLiarWire, type LiarOptions } from "./byzantine/index.ts";
import type { SimPorts, SimWorld } from "./ports/index.ts";
import { simChainId, validatorSecret } from "./sim-genesis.ts";
import type { Watchers } from "./watchers.ts";

export interface SimNodeOptions {
  readonly world: SimWorld;
  readonly index: number;
  /** The validator whose key it has; its own by default. */
  readonly key?: number;
  /** Whether safety and liveness are promised to it. */
  readonly isHonest: boolean;
  /** Lies that it tells, if it is a liar. */
  readonly liar?: Pick<LiarOptions, "kinds" | "prng" | "invalid" | "lied" | "plot">;
  readonly genesis: GenesisDocument;
  readonly crypto: Crypto;
  readonly watchers: Watchers;
  /** Told the round of each decision. */
  readonly decided: (round: number) => void;
  /** Something that no fault of the world explains. */
  readonly broken: (error: unknown) => void;
}

const timeouts = {
  proposeMs: 1_000,
  proposeDeltaMs: 500,
  prevoteMs: 500,
  prevoteDeltaMs: 500,
  precommitMs: 500,
  precommitDeltaMs: 500,
  commitMs: 500,
};
const versionsMax = 10;

export class SimNode {
  readonly name: string;
  readonly #options: SimNodeOptions;
  #node: Node | undefined;
  #application: Application | undefined;
  #boots = 0;

  constructor(options: SimNodeOptions) {
    this.name = `n${options.index}`;
    this.#options = options;
  }

  get isHonest(): boolean {
    return this.#options.isHonest;
  }

  /** The running node; nothing while it is down or coming up. */
  get node(): Node | undefined {
    return this.#options.world.isRunning(this.name) ? this.#node : undefined;
  }

  get isDown(): boolean {
    return !this.#options.world.isRunning(this.name);
  }

  boot(): void {
    const boot = ++this.#boots;
    this.#node = undefined;
    void this.#open(boot).catch((error: unknown) => this.#failed(error, boot));
  }

  /** As the committed state has it; zero for an account that is not there. */
  accountNumber(address: string): bigint {
    const data = authQueryWires.Account.request.encode({ address });
    const query = this.#application?.query({
      path: "/cosmos.auth.v1beta1.Query/Account",
      data,
      height: createHeight(0n),
      prove: false,
    });
    if (query === undefined) return 0n;
    const { account } = authQueryWires.Account.response.decode(finish(query).value);
    return account === undefined ? 0n : baseAccountWire.decode(account.value).accountNumber;
  }

  crash(how: "kill" | "power"): void {
    this.#boots++;
    this.#node = undefined;
    this.#options.world.crash(this.name, how);
  }

  /** The same ports, and a liar at the wire where this node is one. */
  #disguised(ports: SimPorts, boot: number): SimPorts {
    const { world, crypto, liar } = this.#options;
    if (liar === undefined) return ports;
    const wire = createLiarWire({
      ...liar,
      wire: ports.wire,
      secretKey: this.#secretKey,
      chainId: simChainId,
      crypto,
      node: () => this.node,
      later: (delayMs, run) => world.at(world.nowMs + delayMs, run),
      isCurrent: () => boot === this.#boots && !this.isDown,
    });
    return { ...ports, wire };
  }

  get #secretKey(): Uint8Array {
    const { index, key = index } = this.#options;
    return validatorSecret(key);
  }

  async #open(boot: number): Promise<void> {
    const { world, genesis, crypto, watchers } = this.#options;
    const ports = this.#disguised(world.boot(this.name), boot);
    const { disk } = ports;
    const places = await disk.list("");
    if (places.length === 0) await SignStore.create({ disk, path: signRecordPath });
    const applicationTable = ports.table("application");
    const state = await loadState(applicationTable, { versionsMax });
    const application = inOrder(createApplication({ state, crypto, node: { invariants: true } }));
    const node = await openNode({
      ports: {
        ...ports,
        applicationTable,
        chainTable: ports.table("chain"),
        indexTable: ports.table("index"),
        metrics: noMetrics,
      },
      genesis,
      application,
      crypto,
      secretKey: this.#secretKey,
      timeouts,
      mempool: {},
      blocksKept: 0,
      failed: (error) => this.#failed(error, boot),
    });
    watchers.restarted(this.name, node.executor.state.lastBlockHeight);
    node.events.subscribe((event) => this.#watch(event, node));
    await node.start();
    if (boot !== this.#boots) return;
    this.#application = application;
    this.#node = node;
  }

  #watch(event: NodeEvent, node: Node): void {
    const { watchers, decided, isHonest } = this.#options;
    const { lastBlockHeight } = node.executor.state;
    const deciding = node.consensus.roundState?.height ?? lastBlockHeight + 1n;
    watchers.told(event, { node: this.name, isHonest, deciding });
    if (event.kind === "block") decided(event.commit.round);
  }

  /** A disk that failed stops the node, as it must; anything else is a finding. */
  #failed(error: unknown, boot: number): void {
    if (boot !== this.#boots) return;
    if (error instanceof PortError) this.crash("kill");
    else this.#options.broken(error);
  }
}
