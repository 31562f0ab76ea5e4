/** One validator in a simulated world: production's code on simulated ports, booted often. */
import { inOrder, type Application } from "@pyralog/chain/abci";
import { finish } from "@pyralog/chain/base";
import { authQueryWires, baseAccountWire } from "@pyralog/chain/codec";
import type { Crypto } from "@pyralog/chain/crypto";
import {
  createHeight,
  proposalSignBytes,
  voteSignBytes,
  type GenesisDocument,
} from "@pyralog/chain/types";
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
import type { Agreement, DoubleSign } from "#checkers";
import type { SimWorld } from "./ports/index.ts";
import { simChainId, validatorSecret } from "./sim-genesis.ts";

export interface SimNodeOptions {
  readonly world: SimWorld;
  readonly index: number;
  readonly genesis: GenesisDocument;
  readonly crypto: Crypto;
  readonly watchers: { readonly agreement: Agreement; readonly signatures: DoubleSign };
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
const proposers = new Uint8Array(0);

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

  async #open(boot: number): Promise<void> {
    const { world, index, genesis, crypto, watchers } = this.#options;
    const ports = world.boot(this.name);
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
      secretKey: validatorSecret(index),
      timeouts,
      mempool: {},
      blocksKept: 0,
      failed: (error) => this.#failed(error, boot),
    });
    watchers.agreement.restarted(this.name, node.executor.state.lastBlockHeight);
    node.events.subscribe((event) => this.#watch(event));
    await node.start();
    if (boot !== this.#boots) return;
    this.#application = application;
    this.#node = node;
  }

  /** What the node takes for true, whoever signed it: nobody may have signed two of it. */
  #watch(event: NodeEvent): void {
    const { watchers, decided } = this.#options;
    switch (event.kind) {
      case "block": {
        const { height, blockId, commit, state, txHashes } = event;
        const decision = { node: this.name, height, blockHash: blockId.hash, txHashes };
        watchers.agreement.decided({ ...decision, appHash: state.appHash });
        decided(commit.round);
        return;
      }
      case "vote": {
        const message = voteSignBytes({ chainId: simChainId, vote: event.vote });
        watchers.signatures.signed(event.vote.validatorAddress, message);
        return;
      }
      case "proposal": {
        // One validator alone may propose in a round.
        const message = proposalSignBytes({ chainId: simChainId, proposal: event.proposal });
        watchers.signatures.signed(proposers, message);
        return;
      }
      case "equivocation":
      case "step":
        return;
    }
  }

  /** A disk that failed stops the node, as it must; anything else is a finding. */
  #failed(error: unknown, boot: number): void {
    if (boot !== this.#boots) return;
    if (error instanceof PortError) this.crash("kill");
    else this.#options.broken(error);
  }
}
