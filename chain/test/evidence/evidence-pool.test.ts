import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { AssertionFailure, hexFromBytes } from "@pyralog/chain/base";
import { evidenceLimits, evidenceListBytes, EvidencePool } from "@pyralog/chain/evidence";
import type { StateWrite } from "@pyralog/chain/merkle";
import {
  createHeight,
  createPower,
  createRound,
  encodeEvidenceList,
  type Evidence,
  type Vote,
} from "@pyralog/chain/types";
import { codeOf } from "../types/code-of.ts";
import { aSigner, aTime, aVote, chainId, crypto } from "../types/values.ts";
import {
  liar,
  ofAnotherChain,
  ofRound,
  other,
  params,
  past,
  positionAt,
  someEvidence,
  twoVotes,
} from "./some-evidence.ts";

type DecidedBlock = Parameters<EvidencePool["markCommitted"]>[0];

function aPool(
  options: {
    readonly height?: number;
    readonly past?: typeof past;
    readonly records?: readonly (readonly [Uint8Array, Uint8Array])[];
  } = {},
): EvidencePool {
  const { height = 6, records = [] } = options;
  const position = positionAt(height);
  return new EvidencePool({ chainId, crypto, past, position, ...options, records });
}

function decided(height: number, evidence: readonly Evidence[] = []): DecidedBlock {
  return { ...positionAt(height), evidence };
}

/** What a table holds after the writes. */
class Records {
  readonly #entries = new Map<string, readonly [Uint8Array, Uint8Array]>();

  write(writes: readonly StateWrite[]): void {
    for (const { key, value } of writes) {
      if (value === undefined) this.#entries.delete(hexFromBytes(key));
      else this.#entries.set(hexFromBytes(key), [key, value]);
    }
  }

  get entries(): readonly (readonly [Uint8Array, Uint8Array])[] {
    return [...this.#entries.values()];
  }
}

function refusal(evidence: Evidence, height = 6): string {
  return codeOf(() => aPool({ height }).add(evidence));
}

/** The verdict of a pool whose last block is so high and so late. */
function aged(height: number, seconds: number): string {
  const position = { ...positionAt(height), time: aTime(seconds) };
  const pool = new EvidencePool({ chainId, crypto, past, position });
  return codeOf(() => pool.add(someEvidence()));
}

describe("evidence", () => {
  const evidence = someEvidence();

  it("is taken when two votes of one validator in one round contradict one another", () => {
    const pool = aPool();
    assert.deepEqual(pool.add(evidence), { kind: "ok", value: "added" });
    assert.deepEqual(pool.add(evidence), { kind: "ok", value: "known" });
    assert.deepEqual(pool.pending(-1n), [evidence]);
    assert.equal(refusal(someEvidence(other, { type: "prevote" })), "accepted");
  });

  it("is of a block that is known here", () => {
    assert.equal(refusal(evidence, 5), "accepted");
    assert.equal(refusal(evidence, 4), "FUTURE");
    const pruned = aPool({ past: () => undefined });
    assert.equal(
      codeOf(() => pruned.add(evidence)),
      "HEIGHT_UNKNOWN",
    );
  });

  it("is too old when both its height and its time are", () => {
    assert.equal(aged(15, 1000), "accepted");
    assert.equal(aged(1000, 25), "accepted");
    assert.equal(aged(16, 25), "accepted");
    assert.equal(aged(16, 26), "EXPIRED");
  });

  it("has the time of its block and the powers of its height", () => {
    assert.equal(refusal({ ...evidence, time: aTime(6) }), "TIME_WRONG");
    assert.equal(refusal({ ...evidence, validatorPower: createPower(9n) }), "POWER_WRONG");
    assert.equal(refusal({ ...evidence, powerTotal: createPower(9n) }), "POWER_WRONG");
  });

  it("accuses a validator of that height", () => {
    assert.equal(refusal(someEvidence(aSigner("stranger"))), "NOT_VALIDATOR");
  });

  it("holds votes of one height, round, type and validator", () => {
    const { voteB } = evidence;
    const others: readonly Partial<Vote>[] = [
      { height: createHeight(4n) },
      { round: createRound(1) },
      { type: "prevote" },
    ];
    for (const fields of others) {
      const odd = aVote(liar, { ...fields, blockId: voteB.blockId });
      assert.equal(refusal({ ...evidence, voteB: odd }), "VOTES_DIFFER");
    }
    const foreign = aVote(other, { blockId: voteB.blockId });
    assert.equal(refusal({ ...evidence, voteB: foreign }), "VOTES_DIFFER");
  });

  it("holds no extension, which no signature of a vote covers", () => {
    const { voteA, voteB } = evidence;
    const extension = new Uint8Array(1);
    for (const extended of [
      { ...evidence, voteA: { ...voteA, extension } },
      { ...evidence, voteB: { ...voteB, extensionSignature: extension } },
    ]) {
      assert.equal(refusal(extended), "EXTENDED");
    }
  });

  it("holds votes of this chain", () => {
    assert.equal(refusal(ofAnotherChain(evidence)), "SIGNATURE_WRONG");
  });

  it("holds votes for two blocks, in the order of their ids", () => {
    const { voteA, voteB } = evidence;
    assert.equal(refusal({ ...evidence, voteB: voteA }), "SAME_BLOCK");
    assert.equal(refusal({ ...evidence, voteA: voteB, voteB: voteA }), "ORDER");
  });

  it("holds votes that the accused signed, both", () => {
    const { voteA, voteB } = evidence;
    const signature = new Uint8Array(64);
    for (const forged of [
      { ...evidence, voteA: { ...voteA, signature } },
      { ...evidence, voteB: { ...voteB, signature } },
    ]) {
      assert.equal(refusal(forged), "SIGNATURE_WRONG");
    }
  });
});

describe("the evidence pool", () => {
  it("offers the oldest first, as many as fit", () => {
    const pool = aPool();
    const old = someEvidence(liar, { height: createHeight(3n) });
    const recent = someEvidence();
    for (const evidence of [recent, old]) pool.add(evidence);
    assert.deepEqual(pool.pending(-1n), [old, recent]);
    assert.deepEqual(pool.pending(evidenceListBytes([old])), [old]);
    assert.deepEqual(pool.pending(evidenceListBytes([old]) - 1n), []);
    assert.deepEqual(pool.pending(evidenceListBytes([old, recent])), [old, recent]);
  });

  it("measures lists as blocks encode them", () => {
    const evidence = someEvidence();
    const list = [evidence, someEvidence(other, { type: "prevote" })];
    assert.equal(evidenceListBytes(list), BigInt(encodeEvidenceList(list).length));
    const voteA = { ...evidence.voteA, extension: new Uint8Array(20_000) };
    const long = [{ ...evidence, voteA }];
    assert.equal(evidenceListBytes(long), BigInt(encodeEvidenceList(long).length));
  });

  it("makes evidence of what consensus saw, once the height is decided", () => {
    const pool = aPool({ height: 4 });
    const [first, second] = twoVotes(liar);
    pool.report([second, first]);
    pool.report([first, second]);
    assert.deepEqual(pool.pending(-1n), []);
    pool.markCommitted(decided(5));
    assert.deepEqual(pool.pending(-1n), [someEvidence()]);
    pool.report([first, second]);
    pool.markCommitted(decided(6));
    assert.deepEqual(pool.pending(-1n), [someEvidence()]);
  });

  it("drops what consensus saw of strangers and of forgotten heights", () => {
    const pool = aPool({ height: 4, past: () => undefined });
    pool.report(twoVotes(liar));
    pool.markCommitted(decided(5));
    assert.deepEqual(pool.pending(-1n), []);
    const strict = aPool({ height: 4 });
    strict.report(twoVotes(aSigner("stranger")));
    strict.markCommitted(decided(5));
    assert.deepEqual(strict.pending(-1n), []);
  });

  it("lets a block punish each misbehaviour once, whatever its bytes", () => {
    const pool = aPool();
    const evidence = someEvidence();
    const { voteA, voteB } = evidence;
    // The index is covered by no signature: the same misbehaviour in other bytes.
    const variant = { ...evidence, voteA: { ...voteA, validatorIndex: 3 }, voteB };
    assert.equal(
      codeOf(() => pool.check([evidence])),
      "accepted",
    );
    assert.equal(
      codeOf(() => pool.check([evidence, variant])),
      "REPEATED",
    );
    assert.equal(
      codeOf(() => pool.check([evidence, evidence])),
      "REPEATED",
    );
    pool.add(evidence);
    pool.markCommitted(decided(7, [variant]));
    assert.deepEqual(pool.pending(-1n), []);
    assert.equal(
      codeOf(() => pool.check([evidence])),
      "COMMITTED",
    );
    assert.deepEqual(pool.add(evidence), { kind: "ok", value: "known" });
  });

  it("verifies what a block carries, pending or not", () => {
    const pool = aPool();
    const evidence = someEvidence();
    const { voteA } = evidence;
    const forged = { ...evidence, voteA: { ...voteA, signature: new Uint8Array(64) } };
    assert.equal(
      codeOf(() => pool.check([forged])),
      "SIGNATURE_WRONG",
    );
    pool.add(evidence);
    assert.equal(
      codeOf(() => pool.check([evidence])),
      "accepted",
    );
    assert.equal(
      codeOf(() => pool.check([forged])),
      "SIGNATURE_WRONG",
    );
  });

  it("lets a block carry as many bytes as the parameters say", () => {
    const pool = aPool();
    const list = Array.from({ length: 40 }, (_, round) => ofRound(round));
    assert.ok(evidenceListBytes(list) > params.maxBytes);
    assert.equal(
      codeOf(() => pool.check(list)),
      "OVERFLOW",
    );
    assert.equal(
      codeOf(() => pool.check(list.slice(0, 20))),
      "accepted",
    );
  });

  it("holds a bounded number of one validator's misbehaviour, and still verifies blocks", () => {
    const pool = aPool();
    const { perValidatorMax } = evidenceLimits;
    for (let round = 0; round < perValidatorMax; round++) {
      assert.equal(
        codeOf(() => pool.add(ofRound(round))),
        "accepted",
      );
    }
    const more = ofRound(perValidatorMax);
    assert.equal(
      codeOf(() => pool.add(more)),
      "POOL_FULL",
    );
    assert.equal(
      codeOf(() => pool.add(someEvidence(other))),
      "accepted",
    );
    assert.equal(
      codeOf(() => pool.check([more])),
      "accepted",
    );
  });

  it("forgets what is too old, and does not let it come again under longer limits", () => {
    const pool = aPool();
    pool.add(ofRound(0));
    pool.markCommitted(decided(7, [ofRound(1)]));
    pool.markCommitted(decided(20));
    assert.equal(pool.pending(-1n).length, 1);
    assert.equal(
      codeOf(() => pool.check([ofRound(1)])),
      "COMMITTED",
    );
    pool.markCommitted(decided(26));
    assert.deepEqual(pool.pending(-1n), []);
    const longer = { ...params, maxAgeNumBlocks: 1000n };
    pool.markCommitted({ ...positionAt(27), params: longer, evidence: [] });
    assert.equal(
      codeOf(() => pool.check([ofRound(1)])),
      "EXPIRED",
    );
    assert.equal(
      codeOf(() => pool.add(ofRound(2))),
      "EXPIRED",
    );
    const recent = someEvidence(liar, { height: createHeight(6n) });
    assert.equal(
      codeOf(() => pool.add(recent)),
      "accepted",
    );
  });

  it("goes from block to block", () => {
    assert.throws(() => aPool().markCommitted(decided(6)), AssertionFailure);
  });

  it("is the same after a restart: pending, punished and forgotten", () => {
    const records = new Records();
    const pool = aPool();
    pool.add(ofRound(0));
    pool.add(ofRound(1));
    pool.markCommitted(decided(7, [ofRound(1)]));
    records.write(pool.takeWrites());
    assert.deepEqual(pool.takeWrites(), []);
    const again = aPool({ height: 7, records: records.entries });
    assert.deepEqual(again.pending(-1n), [ofRound(0)]);
    assert.equal(
      codeOf(() => again.check([ofRound(1)])),
      "COMMITTED",
    );
    again.markCommitted(decided(26));
    records.write(again.takeWrites());
    const forgot = aPool({ height: 6, records: records.entries });
    assert.deepEqual(forgot.pending(-1n), []);
    assert.equal(
      codeOf(() => forgot.check([ofRound(1)])),
      "EXPIRED",
    );
    assert.equal(records.entries.length, 1);
  });
});
