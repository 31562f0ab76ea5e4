import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import {
  ConsensusError,
  decodeWalEntry,
  encodeWalEntry,
  walEntryHeight,
  type WalEntry,
} from "#consensus";
import { createHeight, createRound, type Part } from "#types";
import { aBlock } from "../a-block.ts";
import { aProposal, aVote, someValidators } from "../some-validators.ts";

const { blockId, parts } = aBlock("A", { bytes: 100_000 });
const validators = someValidators();
const place = { height: createHeight(5n), round: createRound(2) };

const entries: readonly WalEntry[] = [
  { kind: "round-started", ...place },
  { kind: "round-started", height: createHeight(5n), round: createRound(0) },
  { kind: "block-built", ...place, blockId },
  { kind: "proposal", proposal: aProposal(validators, { by: 0, blockId, height: 5n, round: 2 }) },
  ...parts.map((part: Part) => ({ kind: "part", ...place, part }) as const),
  { kind: "vote", vote: aVote(validators, { type: "prevote", by: 1, height: 5n, blockId }) },
  {
    kind: "vote",
    vote: aVote(validators, {
      type: "precommit",
      by: 1,
      height: 5n,
      blockId,
      extension: Uint8Array.of(1),
    }),
  },
];

const isMalformed = (error: unknown): boolean =>
  error instanceof ConsensusError && error.code === "WAL_ENTRY_MALFORMED";

describe("a WAL entry's bytes", () => {
  it("read back as they were written, and tell their height", () => {
    for (const entry of entries) {
      assert.deepEqual(decodeWalEntry(encodeWalEntry(entry)), entry);
      assert.equal(walEntryHeight(entry), 5n);
    }
  });

  it("refuse with WAL_ENTRY_MALFORMED whatever else is read", () => {
    fc.assert(
      fc.property(
        fc.record({
          entry: fc.constantFrom(...entries),
          at: fc.nat(),
          change: fc.integer({ min: 1, max: 255 }),
        }),
        ({ entry, at, change }) => {
          const bytes = encodeWalEntry(entry).slice();
          bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ change;
          try {
            decodeWalEntry(bytes);
          } catch (error) {
            assert.ok(isMalformed(error));
          }
        },
      ),
    );
    assert.throws(() => decodeWalEntry(Uint8Array.of(8, 9)), isMalformed);
    assert.throws(() => decodeWalEntry(Uint8Array.of(255)), isMalformed);
  });
});
