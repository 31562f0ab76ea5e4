/** One validator in a simulated world: production's code on simulated ports, booted often. */
import { inOrder, type Application } from "@pyralog/chain/abci";
import { ChainError, equalBytes, finish } from "@pyralog/chain/base";
import { authQueryWires, baseAccountWire } from "@pyralog/chain/codec";
import type { Crypto } from "@pyralog/chain/crypto";
import type { VersionedState } from "@pyralog/chain/merkle";
import {
  createHeight,
  validatorAddress,
  type Address,
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
import { noMetrics, PortError, type WirePeer } from "@pyralog/node/ports";
import { SignStore, StorageError } from "@pyralog/node/storage";
import { Violation } from "#checkers";
import { createLiarWire, type LiarOptions } from "./byzantine/index.ts";
import { coinsOf } from "./node-contents.ts";
import { fastTimeouts, type SimTimeouts } from "./options.ts";
import type { Crash, SimPorts, SimWorld, SparseBytes } from "./ports/index.ts";
import { simChainId, validatorSecret } from "./sim-genesis.ts";
import { withValidatorChanges } from "./validator-changes.ts";
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
  /** Those of which heights come twice a second, by default. */
  readonly timeouts?: SimTimeouts;
  /** Marked transactions change the validators. */
  readonly changesValidators?: boolean;
  readonly watchers: Watchers;
  /** Something that no fault of the world explains. */
  readonly broken: (error: unknown) => void;
  /** A trap ended the node at this point of persistence. */
  readonly crashedAt?: (point: string) => void;
}

/** Where and how a process ends. */
export interface Snare {
  readonly how: Crash;
  catches(point: string): boolean;
}

/** All of a node's disk but the sign record. */
export interface Backup {
  readonly files: ReadonlyMap<string, SparseBytes>;
  readonly tables: ReadonlyMap<string, ReturnType<ReturnType<SimWorld["table"]>["snapshot"]>>;
}

const versionsMax = 10;
/** Some heights long, so that segments come and go. */
const walSegmentBytes = 16_384;
/** How long an operator takes to do what the node says. */
const operatorMs = 1_000;
const tableNames = ["application", "chain", "index"] as const;

export class SimNode {
  readonly name: string;
  readonly publicKey: Uint8Array;
  readonly address: Address;
  readonly #options: SimNodeOptions;
  #node: Node | undefined;
  #application: Application | undefined;
  #state: VersionedState | undefined;
  #peers: () => readonly WirePeer[] = () => [];
  #boots = 0;
  #isTrusted = true;
  #mayRefuse = false;
  #refusals = 0;

  constructor(options: SimNodeOptions) {
    this.name = `n${options.index}`;
    this.#options = options;
    this.publicKey = options.crypto.ed25519PublicKey(this.#secretKey);
    this.address = validatorAddress({ type: "ed25519", bytes: this.publicKey });
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

  /** The application's committed state, of a running node. */
  get state(): VersionedState | undefined {
    return this.node === undefined ? undefined : this.#state;
  }

  get peers(): readonly WirePeer[] {
    return this.#peers();
  }

  /** How often it refused to go on over a damaged disk, as it must. */
  get refusals(): number {
    return this.#refusals;
  }

  is({ address }: { readonly address: Address }): boolean {
    return equalBytes(address, this.address);
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

  crash(how: Crash): void {
    if (this.isDown) return;
    this.#boots++;
    this.#node = undefined;
    this.#options.world.crash(this.name, how);
  }

  /** Ends this run of it at a point of persistence that the snare chooses. */
  crashAt(snare: Snare): void {
    let caught = "";
    this.#options.world.setTrap(this.name, {
      catches: (point) => {
        caught = point;
        return snare.catches(point);
      },
      crash: () => {
        this.#options.crashedAt?.(caught);
        this.crash(snare.how);
      },
    });
  }

  disarm(): void {
    this.#options.world.setTrap(this.name, { catches: () => false, crash: () => undefined });
  }

  /** Its disk lies: nothing that it has acknowledged can be held against it any more. */
  trustsNoMore(): void {
    this.#isTrusted = false;
    this.#mayRefuse = true;
    this.#options.watchers.excuse(this.address);
  }

  /** Its disk is damaged: it may stop and say so, whenever it finds out. */
  mayRefuse(): void {
    this.#mayRefuse = true;
  }

  /** What lies on the disk at this instant. */
  backUp(): Backup {
    const { world } = this.#options;
    const files = new Map(world.disk(this.name).snapshot());
    files.delete(signRecordPath);
    const tables = new Map(
      tableNames.map((table) => [table, world.table(this.name, table).snapshot()] as const),
    );
    return { files, tables };
  }

  /** Another disk with an old content; the sign record is kept, as operators are told. */
  restore(backup: Backup): void {
    const { world, watchers } = this.#options;
    const disk = world.disk(this.name);
    const signRecord = disk.snapshot().get(signRecordPath);
    const files = new Map(backup.files);
    if (signRecord !== undefined) files.set(signRecordPath, signRecord);
    disk.restore(files);
    for (const table of tableNames) {
      world.table(this.name, table).restore(backup.tables.get(table) ?? new Map());
    }
    watchers.forgotten(this.name);
  }

  /** Everything but the sign record is gone. */
  wipe(): void {
    this.restore({ files: new Map(), tables: new Map() });
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
    const { world, genesis, crypto, watchers, timeouts = fastTimeouts } = this.#options;
    const ports = this.#disguised(world.boot(this.name), boot);
    const { disk, wire } = ports;
    const places = await disk.list("");
    if (places.length === 0) await SignStore.create({ disk, path: signRecordPath });
    const applicationTable = ports.table("application");
    const state = await loadState(applicationTable, { versionsMax });
    const application = this.#applicationOf(state);
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
      walSegmentBytes,
      failed: (error) => this.#failed(error, boot),
    });
    if (!this.#isTrusted) watchers.forgotten(this.name);
    watchers.restarted(this.name, node.executor.state.lastBlockHeight);
    node.events.subscribe((event) => this.#watch(event, { node, state }));
    await node.start();
    if (boot !== this.#boots) return;
    this.#application = application;
    this.#state = state;
    this.#peers = () => wire.peers();
    this.#node = node;
  }

  #watch(event: NodeEvent, told: { readonly node: Node; readonly state: VersionedState }): void {
    const { watchers, isHonest } = this.#options;
    const { node, state } = told;
    const isFirst = isHonest && event.kind === "block" && event.height > watchers.agreement.height;
    const { lastBlockHeight } = node.executor.state;
    const deciding = node.consensus.roundState?.height ?? lastBlockHeight + 1n;
    watchers.told(event, { node: this.name, isHonest, deciding });
    if (isFirst) watchers.supply.counted(coinsOf(state.latest()));
  }

  #applicationOf(state: VersionedState): Application {
    const { crypto, changesValidators = false } = this.#options;
    const application = inOrder(createApplication({ state, crypto, node: { invariants: true } }));
    return changesValidators ? withValidatorChanges(application) : application;
  }

  /** A disk that failed stops the node, as it must; anything else is a finding. */
  #failed(error: unknown, boot: number): void {
    if (boot !== this.#boots) return;
    if (error instanceof PortError) this.crash("kill");
    else if (!this.takesForDamage(error)) this.#options.broken(error);
  }

  /** Whether the error tells of the damage that a fault did; the operator then sees to it. */
  takesForDamage(error: unknown): boolean {
    if (!this.#mayRefuse || !(error instanceof ChainError) || error instanceof Violation) {
      return false;
    }
    this.#refused(error);
    return true;
  }

  /** The operator does what the message says, and starts it again. */
  #refused(error: ChainError): void {
    const { world } = this.#options;
    this.#refusals++;
    world.trace.note(`${this.name} refuses: ${error.code}`);
    this.crash("kill");
    if (error instanceof StorageError && error.code.startsWith("SIGN_RECORD")) {
      // Of an untrusted disk only: two copies of each slot outlive any one damage.
      if (this.#isTrusted) this.#options.broken(error);
      world.disk(this.name).restore(new Map());
    }
    if (error instanceof StorageError && error.code.startsWith("LOG")) {
      const files = [...world.disk(this.name).snapshot()];
      const kept = files.filter(([path]) => !path.startsWith("wal/"));
      world.disk(this.name).restore(new Map(kept));
    } else this.wipe();
    world.queue.after(operatorMs, () => {
      if (this.isDown) this.boot();
    });
  }
}
