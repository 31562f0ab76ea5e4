import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { emptyBytes } from "#base";
import {
  completeRecord,
  decideSigning,
  signedMessage,
  type Lock,
  type SignRecord,
  type SignRequest,
} from "#consensus";
import { createHeight, createRound, nil, type BlockIdOrNil, type Nil, type Time } from "#types";
import { aBlock } from "../a-block.ts";
import { aKey, chainId, genesisTime, later } from "../some-validators.ts";

const blockA = aBlock("A").blockId;
const blockB = aBlock("B").blockId;
const key = aKey(0);

function lockOn(blockId: typeof blockA, round: number): Lock {
  return { kind: "lock", round: createRound(round), blockId };
}

interface VoteToAsk {
  readonly type: "prevote" | "precommit";
  readonly height?: bigint;
  readonly round?: number;
  readonly blockId?: BlockIdOrNil;
  readonly lock?: Lock | Nil;
  readonly proofRound?: number;
  readonly time?: Time;
  readonly extension?: Uint8Array;
}

function aVoteRequest(options: VoteToAsk): SignRequest {
  return {
    kind: "vote",
    vote: {
      type: options.type,
      height: createHeight(options.height ?? 1n),
      round: createRound(options.round ?? 0),
      blockId: options.blockId ?? nil,
      time: options.time ?? genesisTime,
      validatorAddress: key.address,
      validatorIndex: 0,
      extension: options.extension ?? emptyBytes,
    },
    extended: options.extension !== undefined,
    proofRound: options.proofRound === undefined ? nil : createRound(options.proofRound),
    lock: options.lock ?? nil,
  };
}

function aProposalRequest(
  options: {
    readonly round?: number;
    readonly blockId?: typeof blockA;
    readonly validRound?: number;
    readonly lock?: Lock | Nil;
    readonly time?: Time;
  } = {},
): SignRequest {
  return {
    kind: "proposal",
    proposal: {
      height: createHeight(1n),
      round: createRound(options.round ?? 0),
      validRound: options.validRound === undefined ? nil : createRound(options.validRound),
      blockId: options.blockId ?? blockA,
      time: options.time ?? genesisTime,
    },
    lock: options.lock ?? nil,
  };
}

/** What the store holds after a request was signed. */
function signedRecord(request: SignRequest, record: SignRecord | Nil = nil): SignRecord {
  const verdict = decideSigning({ chainId, record, request });
  assert.equal(verdict.kind, "sign");
  assert.ok(verdict.kind === "sign");
  return completeRecord(verdict.next, {
    signature: Uint8Array.of(1, 2, 3),
    extensionSignature: verdict.extensionSignBytes.length > 0 ? Uint8Array.of(4, 5) : emptyBytes,
  });
}

function refusal(record: SignRecord | Nil, request: SignRequest): string {
  const verdict = decideSigning({ chainId, record, request });
  return verdict.kind === "refuse" ? verdict.reason : verdict.kind;
}

describe("the sign rule", () => {
  it("signs proposal, prevote and precommit of a round in this order, and the next round", () => {
    let record: SignRecord | Nil = nil;
    const lock = lockOn(blockA, 0);
    for (const request of [
      aProposalRequest(),
      aVoteRequest({ type: "prevote", blockId: blockA }),
      aVoteRequest({ type: "precommit", blockId: blockA, lock }),
      aVoteRequest({ type: "prevote", round: 1, blockId: blockA, lock }),
    ]) {
      record = signedRecord(request, record);
    }
    assert.equal(record.kind === "record" && record.step, "prevote");
    assert.deepEqual(record.kind === "record" && record.lock, lock);
  });

  it("gives the stored signature and time again when at most the time differs", () => {
    const record = signedRecord(aVoteRequest({ type: "prevote", blockId: blockA }));
    const time = later(genesisTime, 5);
    const again = aVoteRequest({ type: "prevote", blockId: blockA, time });
    const verdict = decideSigning({ chainId, record, request: again });
    assert.equal(verdict.kind, "reuse");
    const message = signedMessage(again, record);
    assert.ok(message.kind === "vote");
    assert.equal(message.vote.time, genesisTime);
    assert.deepEqual(message.vote.signature, record.signature);
  });

  it("gives the stored proposal again when at most the time differs", () => {
    const record = signedRecord(aProposalRequest());
    const again = aProposalRequest({ time: later(genesisTime, 1) });
    const message = signedMessage(again, record);
    assert.equal(decideSigning({ chainId, record, request: again }).kind, "reuse");
    assert.equal(message.kind === "proposal" && message.proposal.time, genesisTime);
  });

  it("keeps a precommit's extension with its signature, and gives both again", () => {
    const extension = Uint8Array.of(7);
    const lock = lockOn(blockA, 0);
    const asked = { type: "precommit", blockId: blockA, lock } as const;
    const record = signedRecord(aVoteRequest({ ...asked, extension }));
    const again = aVoteRequest({ ...asked, extension: Uint8Array.of(8) });
    const message = signedMessage(again, record);
    assert.equal(decideSigning({ chainId, record, request: again }).kind, "reuse");
    assert.deepEqual(message.kind === "vote" && message.vote.extension, extension);
    assert.deepEqual(message.kind === "vote" && message.vote.extensionSignature.length, 2);
  });

  it("refuses with STEP_PASSED a step, round or height before the record's", () => {
    const record = signedRecord(aVoteRequest({ type: "prevote", height: 2n, round: 1 }));
    for (const request of [
      aVoteRequest({ type: "precommit", height: 1n, round: 5 }),
      aVoteRequest({ type: "precommit", height: 2n, round: 0 }),
      aProposalRequest({ round: 0 }),
    ]) {
      assert.equal(refusal(record, request), "STEP_PASSED");
    }
  });

  it("refuses with SIGNED_OTHERWISE another block at the record's step", () => {
    const record = signedRecord(aVoteRequest({ type: "prevote", blockId: blockA }));
    for (const blockId of [blockB, nil]) {
      assert.equal(refusal(record, aVoteRequest({ type: "prevote", blockId })), "SIGNED_OTHERWISE");
    }
    const proposed = signedRecord(aProposalRequest());
    assert.equal(refusal(proposed, aProposalRequest({ blockId: blockB })), "SIGNED_OTHERWISE");
  });

  it("refuses with LOCK_FORGOTTEN a request without the height's lock, or with an older one", () => {
    const lock = lockOn(blockA, 1);
    const record = signedRecord(
      aVoteRequest({ type: "precommit", round: 1, blockId: blockA, lock }),
    );
    for (const other of [nil, lockOn(blockA, 0), lockOn(blockB, 1)]) {
      const request = aVoteRequest({ type: "prevote", round: 2, lock: other });
      assert.equal(refusal(record, request), "LOCK_FORGOTTEN");
    }
    assert.equal(refusal(record, aVoteRequest({ type: "prevote", round: 2, lock })), "sign");
    assert.equal(refusal(record, aVoteRequest({ type: "prevote", height: 2n })), "sign");
  });

  it("refuses with LOCK_MISSING a precommit for a block that is not locked in its round", () => {
    for (const lock of [nil, lockOn(blockB, 1), lockOn(blockA, 0)]) {
      const request = aVoteRequest({ type: "precommit", round: 1, blockId: blockA, lock });
      assert.equal(refusal(nil, request), "LOCK_MISSING");
    }
  });

  it("refuses with LOCK_VIOLATED a vote against the lock without a later proof of lock (L29)", () => {
    const lock = lockOn(blockA, 2);
    const against = { type: "prevote", round: 5, blockId: blockB, lock } as const;
    assert.equal(refusal(nil, aVoteRequest(against)), "LOCK_VIOLATED");
    assert.equal(refusal(nil, aVoteRequest({ ...against, proofRound: 1 })), "LOCK_VIOLATED");
    assert.equal(refusal(nil, aVoteRequest({ ...against, proofRound: 2 })), "sign");
    assert.equal(refusal(nil, aVoteRequest({ ...against, proofRound: 4 })), "sign");
    assert.equal(refusal(nil, aVoteRequest({ ...against, proofRound: 5 })), "LOCK_VIOLATED");
    assert.equal(refusal(nil, aVoteRequest({ ...against, blockId: nil })), "sign");
    assert.equal(refusal(nil, aVoteRequest({ ...against, blockId: blockA })), "sign");
  });

  it("refuses with LOCK_VIOLATED a proposal of another block than the locked one", () => {
    const lock = lockOn(blockA, 1);
    assert.equal(
      refusal(nil, aProposalRequest({ round: 3, blockId: blockB, lock })),
      "LOCK_VIOLATED",
    );
    assert.equal(
      refusal(nil, aProposalRequest({ round: 3, blockId: blockB, lock, validRound: 2 })),
      "sign",
    );
  });

  it("never signs two messages for one height, round and step, whatever it is asked", () => {
    const request = fc
      .record({
        type: fc.constantFrom("propose", "prevote", "precommit"),
        round: fc.nat(3),
        blockId: fc.constantFrom<BlockIdOrNil>(blockA, blockB, nil),
        lockRound: fc.nat(3),
        proofRound: fc.option(fc.nat(3), { nil: undefined }),
      })
      .map(({ type, blockId, lockRound, proofRound, round }) => {
        const lock = blockId.kind === "block" ? lockOn(blockId, lockRound) : nil;
        const proof = proofRound === undefined ? {} : { proofRound, validRound: proofRound };
        return type === "propose"
          ? aProposalRequest({
              round,
              lock,
              ...proof,
              ...(blockId.kind === "block" ? { blockId } : {}),
            })
          : aVoteRequest({
              type: type === "prevote" ? "prevote" : "precommit",
              round,
              blockId,
              lock,
              ...proof,
            });
      });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 30 }), (requests) => {
        const seen = new Map<string, Uint8Array>();
        let record: SignRecord | Nil = nil;
        for (const asked of requests) {
          const verdict = decideSigning({ chainId, record, request: asked });
          if (verdict.kind !== "sign") continue;
          const { height, round, step } = verdict.next;
          const place = `${height}/${round}/${step}`;
          assert.equal(seen.has(place), false);
          seen.set(place, verdict.signBytes);
          record = signedRecord(asked, record);
        }
      }),
    );
  });
});
