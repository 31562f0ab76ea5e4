import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Accountability, Violation, type LoggedVote } from "#checkers";

const powers = new Map(["a", "b", "c", "d"].map((voter) => [voter, 10n]));
const liars = new Set(["a", "b"]);

/** `prevote 0 X: a b c` and the like; nil is `-`. */
function logOf(...lines: readonly string[]): Accountability {
  const log = new Accountability();
  for (const line of lines) {
    const [named = "", voters = ""] = line.split(": ");
    const [type, round, block] = named.split(" ");
    assert.ok(type === "prevote" || type === "precommit");
    for (const voter of voters.split(" ")) {
      const vote: LoggedVote = {
        voter,
        height: 1n,
        round: Number(round),
        type,
        block: block === "-" ? "" : (block ?? ""),
      };
      log.voted(vote);
    }
  }
  return log;
}

function namesOf(log: Accountability): readonly string[] {
  const { equivocators, amnesiacs } = log.accused(1n, powers);
  return [...equivocators, ...amnesiacs].toSorted();
}

function verdictOf(log: Accountability, known = liars): string {
  try {
    log.judge(1n, { powers, liars: known });
    return "fine";
  } catch (error) {
    if (error instanceof Violation) return error.code;
    throw error;
  }
}

describe("the checker of accountability", () => {
  it("names who voted twice in one round, for blocks or nil", () => {
    assert.deepEqual(namesOf(logOf("prevote 0 X: a b c", "prevote 0 Y: a d")), ["a"]);
    assert.deepEqual(namesOf(logOf("precommit 2 X: a b", "precommit 2 -: b c")), ["b"]);
    assert.deepEqual(namesOf(logOf("prevote 0 X: a", "precommit 0 X: a", "prevote 1 X: a")), []);
  });

  it("names who prevotes against its precommit without a proof of lock", () => {
    const forgot = logOf("precommit 0 X: a b c", "prevote 1 Y: a d");
    assert.deepEqual(namesOf(forgot), ["a"]);
    assert.deepEqual(namesOf(logOf("precommit 0 X: a", "prevote 1 -: a")), []);
    assert.deepEqual(namesOf(logOf("precommit 1 X: a", "prevote 0 Y: a")), []);
    assert.deepEqual(namesOf(logOf("precommit 1 X: a", "prevote 2 X: a")), []);
  });

  it("sees a lock that somebody honest forgot, fork or no fork", () => {
    const log = logOf("precommit 0 X: a c", "prevote 1 Y: a c");
    assert.throws(
      () => log.assertLocksKept(1n, { powers, liars }),
      (error: unknown) => error instanceof Violation && error.code === "HONEST_ACCUSED",
    );
    log.assertLocksKept(1n, { powers, liars: new Set(["a", "c"]) });
  });

  it("lets a proof of lock of that round or a later one open the lock", () => {
    const lines = ["precommit 1 X: a", "prevote 3 Y: a"];
    assert.deepEqual(namesOf(logOf(...lines, "prevote 2 Y: b c d")), []);
    assert.deepEqual(namesOf(logOf(...lines, "prevote 1 Y: b c d")), []);
    assert.deepEqual(namesOf(logOf(...lines, "prevote 0 Y: b c d")), ["a"]);
    assert.deepEqual(namesOf(logOf(...lines, "prevote 2 Y: b c")), ["a"]);
    assert.deepEqual(namesOf(logOf(...lines, "prevote 3 Y: b c d")), ["a"]);
  });

  it("finds too few named, and anybody honest", () => {
    const fork = ["precommit 0 X: a b c", "precommit 0 Y: a b d"];
    assert.equal(verdictOf(logOf(...fork)), "fine");
    assert.equal(verdictOf(logOf(...fork), new Set(["a"])), "HONEST_ACCUSED");
    assert.equal(verdictOf(logOf("precommit 0 X: a b c", "precommit 0 Y: a d")), "UNACCOUNTABLE");
    assert.equal(verdictOf(logOf()), "UNACCOUNTABLE");
  });
});
