/** Whatever comes from peers or comes late from the driver: no exception, bounded memory. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import type { InputBody } from "#consensus";
import {
  createAddress,
  createHeight,
  createRound,
  nil,
  type BlockId,
  type BlockIdOrNil,
  type Part,
  type Vote,
} from "#types";
import { aBlock } from "../a-block.ts";
import { Bench } from "../bench.ts";
import { aProposal, aVote, genesisTime, someValidators } from "../some-validators.ts";

const validators = someValidators();
const blocks = ["A", "B"].map((name) => aBlock(name));
const ids = blocks.map(({ blockId }) => blockId);
const anyRound = fc.oneof(fc.nat(4), fc.constantFrom(99, 2 ** 31 - 1)).map(createRound);
const anyHeight = fc.constantFrom(1n, 1n, 1n, 1n, 0n, 2n, 2n ** 63n - 1n).map(createHeight);
const anyBytes = fc.uint8Array({ maxLength: 70 });
const anyHash = fc.uint8Array({ minLength: 32, maxLength: 32 });

const anyForeignId: fc.Arbitrary<BlockId> = fc.record({
  kind: fc.constant("block" as const),
  hash: anyHash,
  parts: fc.record({ total: fc.integer({ min: 1, max: 3 }), hash: anyHash }),
});
const anyId: fc.Arbitrary<BlockIdOrNil> = fc.oneof(fc.constantFrom(nil, ...ids), anyForeignId);
const anyType = fc.constantFrom("prevote" as const, "precommit" as const);

const signedVote: fc.Arbitrary<Vote> = fc
  .record({
    by: fc.nat(3),
    type: anyType,
    height: anyHeight,
    round: anyRound,
    blockId: anyId,
    extension: fc.option(anyBytes, { nil: undefined }),
  })
  .map(({ extension, ...vote }) =>
    aVote(validators, { ...vote, ...(extension === undefined ? {} : { extension }) }),
  );

const anyVote: fc.Arbitrary<Vote> = fc.oneof(
  { weight: 4, arbitrary: signedVote },
  {
    weight: 1,
    arbitrary: fc.record({
      type: anyType,
      height: anyHeight,
      round: anyRound,
      blockId: anyId,
      time: fc.constant(genesisTime),
      validatorAddress: fc.uint8Array({ minLength: 20, maxLength: 20 }).map(createAddress),
      validatorIndex: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      signature: anyBytes,
      extension: anyBytes,
      extensionSignature: anyBytes,
    }),
  },
);

const anyPart: fc.Arbitrary<Part> = fc.oneof(
  fc.constantFrom(...blocks.flatMap(({ parts }) => parts)),
  fc.record({
    index: fc.nat(4),
    bytes: anyBytes,
    proof: fc.record({
      total: fc.integer({ min: 1, max: 4 }),
      index: fc.nat(4),
      leafHash: anyHash,
      aunts: fc.array(anyHash, { maxLength: 3 }),
    }),
  }),
);

const anyProposal = fc
  .record({
    by: fc.nat(3),
    height: anyHeight,
    round: anyRound,
    blockId: fc.oneof(fc.constantFrom(...ids), anyForeignId),
    validRound: fc.option(anyRound, { nil: undefined }),
  })
  .map(({ validRound, ...proposal }) =>
    aProposal(validators, { ...proposal, ...(validRound === undefined ? {} : { validRound }) }),
  );

const from = fc.constantFrom("one", "two");
const anyInput: fc.Arbitrary<InputBody> = fc.oneof(
  fc.record({ kind: fc.constant("vote" as const), from, vote: anyVote }),
  fc.record({ kind: fc.constant("proposal" as const), from, proposal: anyProposal }),
  fc.record({
    kind: fc.constant("part" as const),
    from,
    height: anyHeight,
    round: anyRound,
    part: anyPart,
  }),
  fc.record({
    kind: fc.constant("timeout" as const),
    height: anyHeight,
    round: anyRound,
    step: fc.constantFrom("new-height", "propose", "prevote", "precommit"),
  }),
  fc.record({
    kind: fc.constant("block-checked" as const),
    height: anyHeight,
    blockId: fc.oneof(fc.constantFrom(...ids), anyForeignId),
    accepted: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant("vote-extended" as const),
    height: anyHeight,
    round: anyRound,
    extension: anyBytes,
  }),
  fc.record({
    kind: fc.constant("extension-checked" as const),
    vote: anyVote,
    accepted: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("sign-refused" as const), record: fc.constant(nil) }),
  fc.record({
    kind: fc.constant("commit-received" as const),
    from,
    block: fc.constantFrom(...blocks.map(({ block }) => block)),
    commit: fc.record({
      height: anyHeight,
      round: anyRound,
      blockId: anyId,
      signatures: fc.array(
        signedVote.map(({ validatorAddress, time, signature }) => ({
          kind: "commit" as const,
          validatorAddress,
          time,
          signature,
        })),
        { maxLength: 5 },
      ),
    }),
  }),
);

describe("Tendermint: garbage", () => {
  it("never throws, never signs twice, and holds a bounded number of rounds", () => {
    fc.assert(
      fc.property(
        fc.array(anyInput, { maxLength: 60 }),
        fc.constantFrom(0, 1, 2, 3, "none" as const),
        (inputs, self) => {
          const bench = new Bench({ validators, self }).start();
          for (const input of inputs) bench.command(input.kind, input);
          const places = bench.signed.map((request) => {
            const { round } = request.kind === "vote" ? request.vote : request.proposal;
            return `${round} ${request.kind === "vote" ? request.vote.type : "proposal"}`;
          });
          assert.equal(new Set(places).size, places.length);
          const { rounds, round } = bench.engine.roundState();
          const future = rounds.filter((known) => known > round);
          assert.ok(future.length <= 2 * validators.keys.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});
