/**
 * One seed from beginning to end: validators on simulated ports, a client, faults for a while with
 * safety watched at every step, then everything healed and a deadline by which all nodes must have
 * gone on together.
 */
import { hexFromBytes } from "@pyralog/chain/base";
import type { GenesisDocument } from "@pyralog/chain/types";
import { violation, Violation, type Agreement } from "#checkers";
import type { ByzantineKind } from "./byzantine/index.ts";
import { Faults } from "./faults.ts";
import { describeOptions, type FaultKind, type SeedOptions } from "./options.ts";
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
  /** Decisions, of whatever node, that were not made in round 0. */
  readonly laterRounds: number;
  readonly txs: number;
  readonly faults: ReadonlyMap<FaultKind, number>;
  /** Lies by their kinds. */
  readonly lies: ReadonlyMap<ByzantineKind, number>;
  /** Misbehaviours that blocks have punished. */
  readonly punished: number;
  readonly violation: Error | undefined;
  /** The hash of everything that happened. */
  readonly trace: string;
  readonly lines: readonly string[];
}

/** 2026-01-01T00:00:00Z. */
const epochNs = 1_767_225_600_000_000_000n;
const accountsCount = 8;
const heightsAfterHeal = 3n;
/** Three ladders of timeouts, a rejoin and the longest ban, with room. */
const healMsMax = 120_000;

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
  #violation: Error | undefined;
  #laterRounds = 0;

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
    const crypto = createSimCrypto();
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
          watchers: this.#watchers,
          decided: (round) => {
            if (round > 0) this.#laterRounds++;
          },
          broken: (error) => this.#break(error),
        }),
    );
    const prng = this.#world.prng.fork();
    this.#load = new SimLoad({ accounts, crypto, prng });
    this.#faults = new Faults({
      world: this.#world,
      nodes: this.#nodes,
      options,
      prng: this.#world.prng.fork(),
    });
  }

  async run(): Promise<SeedResult> {
    const { faultyMs } = this.#options;
    for (const node of this.#nodes) node.boot();
    for (const _ of this.#options.byzantine.twins) this.#lied("twins");
    this.#sendOften();
    const startMs = 2_000;
    this.#world.at(startMs, () => this.#faults.begin(startMs + faultyMs));
    await this.#world.run(startMs + faultyMs, () => this.#violation !== undefined);
    if (this.#violation === undefined) await this.#heal();
    return {
      options: this.#options,
      simulatedMs: this.#world.nowMs,
      heights: Number(this.#agreement.height),
      laterRounds: this.#laterRounds,
      txs: this.#agreement.txs,
      faults: this.#faults.counts,
      lies: this.#lies,
      punished: this.#watchers.punishment.committed,
      violation: this.#violation,
      trace: this.#world.trace.digest(),
      lines: this.#world.trace.lines,
    };
  }

  async #heal(): Promise<void> {
    this.#faults.healAll();
    this.#watchers.punishment.healed();
    const goal = this.#agreement.height + heightsAfterHeal;
    const isThere = (): boolean =>
      this.#violation !== undefined ||
      this.#honest.every(({ name }) => this.#agreement.heightOf(name) >= goal);
    const deadlineMs = this.#world.nowMs + healMsMax;
    await this.#world.run(deadlineMs, isThere);
    if (isThere()) return;
    const heights = this.#nodes.map(({ name }) => this.#agreement.heightOf(name)).join(" ");
    this.#break(violation("LIVENESS", { goal, heights, healMsMax }));
  }

  get #agreement(): Agreement {
    return this.#watchers.agreement;
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
    if (this.#options.shape === "mesh") return;
    const { nodes } = this.#options;
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

  /** The first finding ends the run; what follows from it would only hide it. */
  #break(error: unknown): void {
    this.#violation ??= error instanceof Error ? error : new Error(String(error));
  }
}

type Member = Pick<SimNodeOptions, "index" | "key" | "isHonest">;

/** The validators, and after them the second machines of those who have two. */
function membersOf({ nodes, byzantine: { liars, twins } }: SeedOptions): readonly Member[] {
  const dishonest = new Set([...liars.map(({ index }) => index), ...twins]);
  const validators = Array.from({ length: nodes }, (_, index) => ({
    index,
    isHonest: !dishonest.has(index),
  }));
  return [
    ...validators,
    ...twins.map((key, place) => ({ index: nodes + place, key, isHonest: false })),
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
    `replay with: npm run sim -- --seed ${options.seed}`,
  ].join("\n");
}
