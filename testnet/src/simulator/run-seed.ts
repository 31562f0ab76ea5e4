/**
 * One seed from beginning to end: validators on simulated ports, a client, faults for a while with
 * safety watched at every step, then everything healed and a deadline by which all nodes must have
 * gone on together; and the same again, as often as the options say.
 */
import { bytesFromHex, hexFromBytes } from "@pyralog/chain/base";
import { createNativeCrypto, sha256 } from "@pyralog/chain/crypto";
import type { GenesisDocument } from "@pyralog/chain/types";
import { violation, Violation } from "#checkers";
import type { ByzantineKind } from "./byzantine/index.ts";
import { Faults, type FaultKind } from "./faults/index.ts";
import { isMembership } from "./faults/fault-table.ts";
import { measuresOf, piecesOfHeight, piecesOfState } from "./node-contents.ts";
import { describeOptions, drawOptions, type SeedOptions } from "./options.ts";
import { SimWorld } from "./ports/index.ts";
import { createSimCrypto } from "./sim-crypto.ts";
import { simAccounts, simGenesis } from "./sim-genesis.ts";
import { SimLoad } from "./sim-load.ts";
import { SimNode, type SimNodeOptions } from "./sim-node.ts";
import { Watchers } from "./watchers.ts";

export interface SeedResult {
  readonly options: SeedOptions;
  readonly simulatedMs: number;
  readonly heights: number;
  /** Decided while nothing was wrong, and how long that was. */
  readonly calmHeights: number;
  readonly calmMs: number;
  /** Decisions, of whatever node, that were not made in round 0. */
  readonly laterRounds: number;
  readonly txs: number;
  /** Different sets of validators that have decided. */
  readonly validatorSets: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  /** Faults whose turn came, those that were left out too: their numbers are below it. */
  readonly begun: number;
  /** Lies by their kinds. */
  readonly lies: ReadonlyMap<ByzantineKind, number>;
  /** Misbehaviours that blocks have punished. */
  readonly punished: number;
  /** Points of persistence at which a node was ended, and how often. */
  readonly points: ReadonlyMap<string, number>;
  /** How often nodes refused to go on over damaged disks. */
  readonly refusals: number;
  readonly violation: Error | undefined;
  /** The hash of everything that happened. */
  readonly trace: string;
  readonly lines: readonly string[];
}

/** 2026-01-01T00:00:00Z. */
const epochNs = 1_767_225_600_000_000_000n;
const accountsCount = 8;
const heightsAfterHeal = 3n;
const startMs = 2_000;
const measureEveryMs = 1_000;
const restartEveryMs = 1_000;
const pastMax = 500;

export async function runSeed(
  options: SeedOptions,
  log?: (line: string) => void,
): Promise<SeedResult> {
  const run = new SeedRun(options, log);
  return run.run();
}

class SeedRun {
  readonly #options: SeedOptions;
  readonly #world: SimWorld;
  readonly #watchers: Watchers;
  readonly #lies = new Map<ByzantineKind, number>();
  readonly #nodes: readonly SimNode[];
  readonly #load: SimLoad;
  readonly #faults: Faults;
  readonly #points = new Map<string, number>();
  #violation: Error | undefined;
  #heightSeen = 0n;
  #calmHeights = 0;
  /** Up to here all nodes were found to hold the same. */
  #compared = 0n;

  constructor(options: SeedOptions, log: ((line: string) => void) | undefined) {
    this.#options = options;
    const { seed } = options;
    this.#world = new SimWorld({
      seed,
      epochNs,
      keepsTrace: log !== undefined,
      log: ({ node, atMs, level, message, facts }) => {
        log?.(`${atMs.toFixed(0)} ${node} ${level} ${message} ${JSON.stringify(facts, printable)}`);
      },
    });
    this.#shape();
    const crypto = options.signatures === "keys" ? createNativeCrypto() : createSimCrypto();
    const accounts = simAccounts(accountsCount, crypto);
    const genesis = simGenesis({ nodes: options.nodes, accounts, crypto, timeNs: epochNs });
    this.#watchers = new Watchers({ genesis, crypto, liars: addressesOf(options, genesis) });
    this.#nodes = membersOf(options).map(
      (member) =>
        new SimNode({
          world: this.#world,
          ...member,
          ...this.#liarOf(member),
          genesis,
          crypto,
          timeouts: options.timeouts,
          changesValidators: options.faults.some(isMembership),
          watchers: this.#watchers,
          broken: (error) => this.#break(error),
          crashedAt: (point) => this.#points.set(point, (this.#points.get(point) ?? 0) + 1),
        }),
    );
    const prng = this.#world.prng.fork();
    const sent = (tx: Uint8Array): void => this.#watchers.validity.sent(sha256(tx));
    this.#load = new SimLoad({ accounts, crypto, prng, sent });
    this.#faults = this.#createFaults(sent);
  }

  async run(): Promise<SeedResult> {
    const { cycles, faultyMs, calmMs } = this.#options;
    for (const node of this.#nodes) node.boot();
    for (const _ of this.#options.byzantine.twins) this.#lied("twins");
    this.#sendOften();
    this.#measureOften();
    this.#restartOften();
    await this.#goOn(startMs);
    for (let cycle = 0; cycle < cycles && this.#violation === undefined; cycle++) {
      this.#watchers.punishment.disturbed();
      this.#faults.begin(this.#world.nowMs + faultyMs);
      await this.#goOn(faultyMs);
      if (this.#violation === undefined) await this.#heal();
      if (this.#violation === undefined) await this.#compare();
      await this.#goOn(calmMs);
    }
    return this.#result();
  }

  #result(): SeedResult {
    const { agreement, laterRounds, punishment, validatorSets } = this.#watchers;
    return {
      options: this.#options,
      simulatedMs: this.#world.nowMs,
      heights: Number(agreement.height),
      calmHeights: this.#calmHeights,
      calmMs: this.#faults.calmMs,
      laterRounds,
      txs: agreement.txs,
      validatorSets,
      faults: this.#faults.counts,
      begun: this.#faults.begun,
      lies: this.#lies,
      punished: punishment.committed,
      points: this.#points,
      refusals: this.#nodes.reduce((sum, { refusals }) => sum + refusals, 0),
      violation: this.#violation,
      trace: this.#world.trace.digest(),
      lines: this.#world.trace.lines,
    };
  }

  /** For so long, or until something is broken. */
  async #goOn(forMs: number): Promise<void> {
    await this.#world.run(this.#world.nowMs + forMs, () => {
      this.#countHeights();
      return this.#violation !== undefined;
    });
  }

  #countHeights(): void {
    const { height } = this.#watchers.agreement;
    if (height === this.#heightSeen) return;
    if (this.#faults.isCalm) this.#calmHeights += Number(height - this.#heightSeen);
    this.#heightSeen = height;
  }

  async #heal(): Promise<void> {
    this.#faults.healAll();
    this.#watchers.punishment.healed();
    const { agreement } = this.#watchers;
    const { healMsMax } = this.#options;
    const goal = agreement.height + heightsAfterHeal;
    const isThere = (): boolean => {
      this.#countHeights();
      return (
        this.#violation !== undefined ||
        this.#honest.every(({ name }) => agreement.heightOf(name) >= goal)
      );
    };
    await this.#world.run(this.#world.nowMs + healMsMax, isThere);
    if (isThere()) return;
    const heights = this.#nodes.map(({ name }) => agreement.heightOf(name)).join(" ");
    this.#break(violation("LIVENESS", { goal, heights, healMsMax }));
  }

  /** Nodes that have caught up hold the same bytes and every transaction. */
  async #compare(): Promise<void> {
    const { agreement } = this.#watchers;
    const reached = this.#honest.map(({ name }) => agreement.heightOf(name));
    const upTo = reached.reduce((least, height) => (height < least ? height : least));
    try {
      this.#compareStates(upTo);
      for (let height = this.#compared + 1n; height <= upTo; height++) {
        await this.#world.finish(() => this.#compareHeight(height));
      }
    } catch (error) {
      this.#break(error);
    }
    this.#compared = upTo;
  }

  #compareStates(version: bigint): void {
    const states = this.#honest.flatMap(({ name, state }) => {
      const pieces = state === undefined ? undefined : piecesOfState(state, version);
      return pieces === undefined ? [] : [[name, pieces] as const];
    });
    this.#watchers.quiescence.compare(version, new Map(states));
  }

  async #compareHeight(height: bigint): Promise<void> {
    const { quiescence, durability, agreement } = this.#watchers;
    const held = new Map<string, Awaited<ReturnType<typeof piecesOfHeight>>>();
    for (const one of this.#honest) {
      const { name, node } = one;
      if (node === undefined) continue;
      try {
        held.set(name, await piecesOfHeight(node, height));
        for (const hash of agreement.txsOf(height)) {
          const foundAt = node.index.tx(bytesFromHex(hash))?.height;
          durability.looked({ node: name, hash, height, foundAt });
        }
      } catch (error) {
        // Damage that is found by reading it is found.
        if (!one.takesForDamage(error)) throw error;
        held.delete(name);
      }
    }
    quiescence.compare(height, held);
  }

  #createFaults(sent: (tx: Uint8Array) => void): Faults {
    const prng = this.#world.prng.fork();
    const { nodes } = this.#options;
    const validators = this.#nodes.slice(0, nodes);
    const first = prng.below(nodes);
    const frail = [...validators.slice(first), ...validators.slice(0, first)];
    // Liars and lying disks together are fewer than a third.
    const untrusted = frail.toSorted((one, other) => Number(one.isHonest) - Number(other.isHonest));
    const most = Math.ceil(nodes / 3) - 1;
    return new Faults({
      world: this.#world,
      nodes: this.#nodes,
      frail: frail.slice(0, most),
      untrusted: untrusted.slice(0, most),
      options: this.#options,
      prng,
      submit: (tx) => {
        sent(tx);
        for (const { node } of this.#nodes) void node?.mempool.submit(tx);
      },
    });
  }

  get #honest(): readonly SimNode[] {
    return this.#nodes.filter(({ isHonest }) => isHonest);
  }

  #liarOf({ index, key }: Member): Pick<SimNodeOptions, "liar"> {
    const { liars } = this.#options.byzantine;
    const drawn = key === undefined ? liars.find((liar) => liar.index === index) : undefined;
    if (drawn === undefined) return {};
    return {
      liar: {
        kinds: drawn.kinds,
        prng: this.#world.prng.fork(),
        invalid: (hash) => this.#watchers.validity.invalid(hash),
        lied: (kind) => this.#lied(kind),
      },
    };
  }

  #lied(kind: ByzantineKind): void {
    this.#lies.set(kind, (this.#lies.get(kind) ?? 0) + 1);
  }

  #shape(): void {
    const { network } = this.#world;
    // So that a ban that a broken link provoked is over before the deadline.
    network.rules.banMs = 10_000;
    if (this.#options.faults.includes("N5-replay")) network.rules.pastMax = pastMax;
    if (this.#options.shape === "mesh") return;
    const nodes = this.#options.nodes + this.#options.followers;
    network.shape((one, other) => {
      const apart = Math.abs(placeOf(one) - placeOf(other));
      return apart === 1 || apart === nodes - 1;
    });
  }

  #sendOften(): void {
    this.#load.send(this.#nodes);
    const waitMs = 1 + this.#world.prng.below(2 * this.#options.txEveryMs);
    this.#world.at(this.#world.nowMs + waitMs, () => this.#sendOften());
  }

  /** As a supervisor would: what a fault left behind may end a node after the fault is over. */
  #restartOften(): void {
    if (this.#faults.isCalm) for (const node of this.#nodes) if (node.isDown) node.boot();
    this.#world.at(this.#world.nowMs + restartEveryMs, () => this.#restartOften());
  }

  #measureOften(): void {
    try {
      for (const { name, node, peers } of this.#nodes) {
        if (node === undefined) continue;
        this.#watchers.bounds.measured(name, measuresOf(node, peers));
      }
    } catch (error) {
      this.#break(error);
    }
    this.#world.at(this.#world.nowMs + measureEveryMs, () => this.#measureOften());
  }

  /** The first finding ends the run; what follows from it would only hide it. */
  #break(error: unknown): void {
    this.#violation ??= error instanceof Error ? error : new Error(String(error));
  }
}

type Member = Pick<SimNodeOptions, "index" | "key" | "isHonest">;

/** The validators, those who only follow, and the second machines of those who have two. */
function membersOf(options: SeedOptions): readonly Member[] {
  const { nodes, followers, byzantine } = options;
  const { liars, twins } = byzantine;
  const dishonest = new Set([...liars.map(({ index }) => index), ...twins]);
  const single = Array.from({ length: nodes + followers }, (_, index) => ({
    index,
    isHonest: !dishonest.has(index),
  }));
  return [
    ...single,
    ...twins.map((key, place) => ({ index: nodes + followers + place, key, isHonest: false })),
  ];
}

/** The liars' addresses in hexadecimal digits. */
function addressesOf(options: SeedOptions, genesis: GenesisDocument): ReadonlySet<string> {
  const { liars, twins } = options.byzantine;
  const indexes = [...liars.map(({ index }) => index), ...twins];
  return new Set(
    indexes.flatMap((index) => {
      const validator = genesis.validators[index];
      return validator === undefined ? [] : [hexFromBytes(validator.address)];
    }),
  );
}

/** `n3` → 3 */
function placeOf(name: string): number {
  return Number(name.slice(1));
}

function printable(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Error ? (value.stack ?? value.message) : value;
}

/** The one command that shows it again, and what it shows. */
export function describeFailure({ options, violation: found, simulatedMs }: SeedResult): string {
  const what = found instanceof Violation ? found.message : (found?.stack ?? "");
  return [
    describeOptions(options),
    `broken after ${(simulatedMs / 1000).toFixed(1)} simulated seconds: ${what}`,
    `replay with: ${replayOf(options)}`,
  ].join("\n");
}

/** Names what differs from what the seed draws by itself. */
function replayOf(options: SeedOptions): string {
  const drawn = drawOptions(options.seed);
  const flags = [
    ["--nodes", options.nodes, drawn.nodes],
    ["--cycles", options.cycles, drawn.cycles],
    ["--faulty-ms", options.faultyMs, drawn.faultyMs],
    ["--without-kinds", options.withoutKinds.join(","), ""],
    ["--without", options.without.join(","), ""],
  ] as const;
  const told = flags.filter(([, value, usual]) => value !== usual);
  return [
    `npm run sim -- --seed ${options.seed}`,
    ...told.map(([flag, value]) => `${flag} ${value}`),
  ].join(" ");
}
