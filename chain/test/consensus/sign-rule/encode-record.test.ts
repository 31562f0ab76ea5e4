import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { emptyBytes } from "#base";
import { ConsensusError, decodeSignRecord, encodeSignRecord, type SignRecord } from "#consensus";
import { createHeight, createRound, nil } from "#types";
import { aBlock } from "../a-block.ts";
import { genesisTime } from "../some-validators.ts";

const { blockId } = aBlock("A");

function aRecord(options: Partial<SignRecord> = {}): SignRecord {
  return {
    kind: "record",
    height: createHeight(7n),
    round: createRound(2),
    step: "precommit",
    blockId,
    validRound: nil,
    time: genesisTime,
    signBytes: Uint8Array.of(1, 2),
    signature: new Uint8Array(64).fill(3),
    extension: emptyBytes,
    extensionSignature: emptyBytes,
    lock: { kind: "lock", round: createRound(1), blockId },
    ...options,
  };
}

const isMalformed = (error: unknown): boolean =>
  error instanceof ConsensusError && error.code === "SIGN_RECORD_MALFORMED";

describe("the sign record's bytes", () => {
  it("read back as they were written, lock and extension included", () => {
    for (const record of [
      aRecord(),
      aRecord({ lock: nil, blockId: nil, step: "prevote" }),
      aRecord({ step: "propose", validRound: createRound(0), round: createRound(1) }),
      aRecord({ step: "propose", lock: nil }),
      aRecord({ extension: Uint8Array.of(5), extensionSignature: Uint8Array.of(6) }),
    ]) {
      assert.deepEqual(decodeSignRecord(encodeSignRecord(record)), record);
    }
  });

  it("refuse with SIGN_RECORD_MALFORMED a record that contradicts itself", () => {
    const lock = { kind: "lock", round: createRound(3), blockId } as const;
    for (const record of [
      aRecord({ lock }),
      aRecord({ signature: emptyBytes }),
      aRecord({ signBytes: emptyBytes }),
      aRecord({ step: "propose", blockId: nil }),
    ]) {
      assert.throws(() => encodeSignRecord(record), isMalformed);
    }
  });

  it("refuse with SIGN_RECORD_MALFORMED whatever else is read", () => {
    const whole = encodeSignRecord(aRecord());
    for (let length = 0; length < whole.length; length++) {
      assert.throws(() => decodeSignRecord(whole.subarray(0, length)), isMalformed);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        assert.throws(() => decodeSignRecord(bytes), isMalformed);
      }),
    );
  });
});
