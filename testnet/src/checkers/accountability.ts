import { violation } from "./violation.ts";

/** A signed vote as somebody honest has it; `block` is empty for nil. */
export interface LoggedVote {
  readonly voter: string;
  readonly height: bigint;
  readonly round: number;
  readonly type: "prevote" | "precommit";
  readonly block: string;
}

export interface Accused {
  /** Two votes at one height, round and type. */
  readonly equivocators: ReadonlySet<string>;
  /** A prevote against one's own precommit, without a proof of lock in between. */
  readonly amnesiacs: ReadonlySet<string>;
}

interface Judged {
  readonly powers: ReadonlyMap<string, bigint>;
  readonly liars: ReadonlySet<string>;
}

interface HeightLog {
  /** `type/round` → block → voters. */
  readonly votes: Map<string, Map<string, Set<string>>>;
}

const heightsKept = 64;

/**
 * ACC: where agreement breaks, the votes that honest nodes hold name at least a third of the power
 * as having voted twice or forgotten its lock, and nobody honest. A lock is forgotten by a prevote
 * for another block than the one precommitted in an earlier round, with no two thirds of prevotes
 * for it in that round or between (arXiv 1807.04938, L28–L29).
 */
export class Accountability {
  readonly #heights = new Map<bigint, HeightLog>();

  voted({ voter, height, round, type, block }: LoggedVote): void {
    const place = `${type}/${round}`;
    const { votes } = this.#logOf(height);
    const blocks = votes.get(place) ?? new Map<string, Set<string>>();
    votes.set(place, blocks);
    const voters = blocks.get(block) ?? new Set();
    blocks.set(block, voters);
    voters.add(voter);
  }

  #logOf(height: bigint): HeightLog {
    let log = this.#heights.get(height);
    if (log !== undefined) return log;
    log = { votes: new Map() };
    this.#heights.set(height, log);
    for (const oldest of this.#heights.keys()) {
      if (this.#heights.size <= heightsKept) break;
      this.#heights.delete(oldest);
    }
    return log;
  }

  accused(height: bigint, powers: ReadonlyMap<string, bigint>): Accused {
    const { votes } = this.#logOf(height);
    return { equivocators: equivocatorsOf(votes), amnesiacs: amnesiacsOf(votes, powers) };
  }

  /**
   * Whatever was decided, nobody honest has forgotten a lock.
   * @throws Violation
   */
  assertLocksKept(height: bigint, validators: Judged): void {
    const { powers, liars } = validators;
    const { votes } = this.#logOf(height);
    const honest = [...amnesiacsOf(votes, powers)].filter((voter) => !liars.has(voter));
    if (honest.length > 0) throw violation("HONEST_ACCUSED", { height, honest: honest.join(" ") });
  }

  /**
   * The accused of a height at which two blocks were decided.
   * @throws Violation where they are less than a third of the power, or one of them is honest.
   */
  judge(height: bigint, validators: Judged): Accused {
    const { powers, liars } = validators;
    const accused = this.accused(height, powers);
    const named = new Set([...accused.equivocators, ...accused.amnesiacs]);
    const honest = [...named].filter((voter) => !liars.has(voter));
    if (honest.length > 0) throw violation("HONEST_ACCUSED", { height, honest: honest.join(" ") });
    const power = powerOf(named, powers);
    const total = powerOf(powers.keys(), powers);
    if (3n * power < total) throw violation("UNACCOUNTABLE", { height, power, total });
    return accused;
  }
}

type Votes = HeightLog["votes"];

function equivocatorsOf(votes: Votes): ReadonlySet<string> {
  const found = new Set<string>();
  for (const blocks of votes.values()) {
    const once = new Set<string>();
    for (const voter of [...blocks.values()].flatMap((voters) => [...voters])) {
      if (once.has(voter)) found.add(voter);
      once.add(voter);
    }
  }
  return found;
}

function amnesiacsOf(votes: Votes, powers: ReadonlyMap<string, bigint>): ReadonlySet<string> {
  const found = new Set<string>();
  const prevotes = ofType(votes, "prevote");
  for (const locked of ofType(votes, "precommit")) {
    for (const later of prevotes.filter((prevote) => isAgainst(locked, prevote))) {
      const isProved = prevotes.some(
        ({ block, round, voters }) =>
          block === later.block &&
          round >= locked.round &&
          round < later.round &&
          isQuorum(voters, powers),
      );
      if (isProved) continue;
      for (const voter of bothIn(later.voters, locked.voters)) found.add(voter);
    }
  }
  return found;
}

function bothIn(one: ReadonlySet<string>, other: ReadonlySet<string>): readonly string[] {
  return [...one].filter((voter) => other.has(voter));
}

function isAgainst(locked: Tally, later: Tally): boolean {
  const areBlocks = locked.block !== "" && later.block !== "";
  return areBlocks && locked.block !== later.block && later.round > locked.round;
}

interface Tally {
  readonly round: number;
  readonly block: string;
  readonly voters: ReadonlySet<string>;
}

function ofType(votes: Votes, type: LoggedVote["type"]): readonly Tally[] {
  return [...votes].flatMap(([place, blocks]) => {
    const [named, round] = place.split("/");
    if (named !== type) return [];
    return [...blocks].map(([block, voters]) => ({ round: Number(round), block, voters }));
  });
}

function isQuorum(voters: ReadonlySet<string>, powers: ReadonlyMap<string, bigint>): boolean {
  return 3n * powerOf(voters, powers) > 2n * powerOf(powers.keys(), powers);
}

function powerOf(voters: Iterable<string>, powers: ReadonlyMap<string, bigint>): bigint {
  let power = 0n;
  for (const voter of voters) power += powers.get(voter) ?? 0n;
  return power;
}
