/**
 * All schedules of one height (Bano et al., "Twins: BFT systems made robust"): four validators, of
 * whom some are twice there with one key, as two machines that know nothing of one another. Both
 * run correct code; together they are a liar that votes twice and forgets locks.
 */
import { assert, hexFromBytes } from "@pyralog/chain/base";
import { chainStateFromGenesis } from "@pyralog/chain/replica";
import { blockIdKey, hashResults, type Vote } from "@pyralog/chain/types";
import { Accountability, violation, Violation, type LoggedVote } from "#checkers";
import { createSimCrypto } from "../sim-crypto.ts";
import { simGenesis, validatorSecret } from "../sim-genesis.ts";
import type { Instance, InstanceKey, TwinsWorld } from "./instance.ts";
import { runSchedule, type Hearing, type Outcome, type Schedule } from "./run-schedule.ts";

const validatorsCount = 4;
const stagesOf = { round: 3, step: 1 } as const;
/** 2026-01-01T00:00:00Z. */
const epochNs = 1_767_225_600_000_000_000n;

export interface TwinsOptions {
  /** Validators that are there twice. */
  readonly twins: readonly number[];
  /** How often the sides change: with each round, or with each step of one. */
  readonly grain: "round" | "step";
  /** So many rounds or steps; after them all are together. */
  readonly length: number;
  readonly hearing: Hearing;
  /** The schedules from the first place on and before the second, in the order of enumeration. */
  readonly from?: number;
  readonly to?: number;
}

export interface TwinsReport {
  /** Schedules covered; what comes after all have decided is run once for all continuations. */
  readonly schedules: number;
  readonly runs: number;
  readonly forks: number;
  /** Runs in which somebody voted twice, and in which somebody forgot a lock. */
  readonly equivocations: number;
  readonly amnesias: number;
  /** What must not be: forks by less than a third, forks that accuse wrongly, no decision. */
  readonly failures: readonly string[];
}

/** So many schedules there are in all. */
export function schedulesCount({ twins, length }: Pick<TwinsOptions, "twins" | "length">): number {
  return sidesCount(twins) ** length;
}

/** Two-way partitions; which of the two sides is called the first makes no difference. */
function sidesCount(twins: readonly number[]): number {
  return 2 ** (validatorsCount + twins.length - 1);
}

/** The schedule at this place of the enumeration. */
function scheduleAt(options: TwinsOptions, place: number): Schedule {
  const { twins, grain, length } = options;
  const base = sidesCount(twins);
  const stages: number[] = [];
  for (let digit = length - 1; digit >= 0; digit--) {
    // The first instance is always of the first side.
    const side = 2 * (Math.floor(place / base ** digit) % base) + 1;
    for (let stage = 0; stage < stagesOf[grain]; stage++) stages.push(side);
  }
  return stages;
}

export function exploreTwins(options: TwinsOptions): TwinsReport {
  const explorer = new Explorer(options);
  const { from = 0, to = schedulesCount(options) } = options;
  let place = from;
  while (place < to) place = Math.min(explorer.explore(place), to);
  return { ...explorer.counts, schedules: to - from };
}

class Explorer {
  readonly #options: TwinsOptions;
  readonly #world: TwinsWorld;
  readonly #keys: readonly InstanceKey[];
  readonly #powers: ReadonlyMap<string, bigint>;
  readonly #liars: ReadonlySet<string>;
  readonly #isPromised: boolean;
  readonly counts = {
    runs: 0,
    forks: 0,
    equivocations: 0,
    amnesias: 0,
    failures: [] as string[],
  };

  constructor(options: TwinsOptions) {
    this.#options = options;
    const crypto = createSimCrypto();
    const genesis = simGenesis({ nodes: validatorsCount, accounts: [], crypto, timeNs: epochNs });
    const state = chainStateFromGenesis({
      ...genesis,
      genesis,
      resultsHash: hashResults([]),
    });
    assert(state.kind === "ok", "the genesis document is valid");
    this.#world = { state: state.value, crypto, blocks: new Map() };
    const single = genesis.validators.map(({ address }, index) => ({
      name: `n${index}`,
      address,
      secretKey: validatorSecret(index),
    }));
    const second = options.twins.flatMap((index) => {
      const key = single[index];
      return key === undefined ? [] : [{ ...key, name: `${key.name} again` }];
    });
    this.#keys = [...single, ...second];
    this.#powers = new Map(
      genesis.validators.map(({ address, power }) => [hexFromBytes(address), power]),
    );
    this.#liars = new Set(second.map(({ address }) => hexFromBytes(address)));
    this.#isPromised = 3 * options.twins.length < validatorsCount;
  }

  /** Runs the schedule at this place; returns the next one that is not covered by it. */
  explore(place: number): number {
    const { length, grain, twins, hearing } = this.#options;
    const schedule = scheduleAt(this.#options, place);
    const outcome = runSchedule(this.#world, { keys: this.#keys, schedule, hearing });
    this.counts.runs++;
    for (const failure of this.#judge(outcome)) {
      this.counts.failures.push(
        `twins ${twins.join(" ")} ${length} ${grain}s ${hearing} place ${place}: ${failure}`,
      );
    }
    const used = Math.ceil(outcome.stagesUsed / stagesOf[grain]);
    const covered = sidesCount(twins) ** (length - used);
    return (Math.floor(place / covered) + 1) * covered;
  }

  #judge(outcome: Outcome): readonly string[] {
    const honest = outcome.instances.filter(({ key }) => !this.#isLiar(key));
    // Below a third the machines of the twins, which are correct too, decide nothing else either.
    const bound = this.#isPromised ? outcome.instances : honest;
    const decided = new Set(bound.flatMap((instance) => instance.decided ?? []));
    const isFork = decided.size > 1;
    if (isFork) this.counts.forks++;
    const failures = this.#blame(honest, isFork && !this.#isPromised);
    if (!this.#isPromised) return failures;
    if (isFork) failures.push(violation("AGREEMENT", { blocks: [...decided].join(" ") }).message);
    if (!outcome.isDecided) failures.push(violation("LIVENESS", {}).message);
    return failures;
  }

  #isLiar({ address }: InstanceKey): boolean {
    return this.#liars.has(hexFromBytes(address));
  }

  /** What the honest hold against the liars: never anything against one another. */
  #blame(honest: readonly Instance[], isFork: boolean): string[] {
    const log = new Accountability();
    for (const { votes } of honest) for (const vote of votes) log.voted(loggedVote(vote));
    const { equivocators, amnesiacs } = log.accused(1n, this.#powers);
    if (equivocators.size > 0) this.counts.equivocations++;
    if (amnesiacs.size > 0) this.counts.amnesias++;
    try {
      if (isFork) log.judge(1n, { powers: this.#powers, liars: this.#liars });
    } catch (error) {
      if (error instanceof Violation) return [error.message];
      throw error;
    }
    const wronged = [...equivocators, ...amnesiacs].filter((voter) => !this.#liars.has(voter));
    if (wronged.length === 0) return [];
    return [violation("HONEST_ACCUSED", { honest: wronged.join(" ") }).message];
  }
}

function loggedVote(vote: Vote): LoggedVote {
  const { height, round, type, blockId } = vote;
  const block = blockId.kind === "nil" ? "" : blockIdKey(blockId);
  return { voter: hexFromBytes(vote.validatorAddress), height, round, type, block };
}
