/** The sign record's bytes. The store adds its own checksum; here only meaning is checked. */
import { assert, ChainError, equalBytes } from "#base";
import {
  bool,
  bytes,
  int32,
  int64,
  message,
  optional,
  string,
  uint32,
  type MessageValue,
} from "#codec";
import {
  createHeight,
  createRound,
  decodeBlockId,
  encodeBlockId,
  isBlock,
  nil,
  timeFromRfc3339,
  timeToRfc3339,
} from "#types";
import { ConsensusError } from "../consensus-error.ts";
import type { Lock, SignRecord } from "./sign-record.ts";

const recordVersion = 1;
const steps = ["propose", "prevote", "precommit"] as const;

const lockWire = message("pyralog.consensus.v1.Lock", {
  round: int32(1),
  blockId: bytes(2),
});

const recordWire = message("pyralog.consensus.v1.SignRecord", {
  version: uint32(1),
  height: int64(2),
  round: int32(3),
  /** 1 propose, 2 prevote, 3 precommit. */
  step: uint32(4),
  blockId: bytes(5),
  /** Of a proposal: its proof-of-lock round + 1, so that zero is none. */
  validRoundNext: int64(6),
  /** RFC 3339. */
  time: string(7),
  signBytes: bytes(8),
  signature: bytes(9),
  extension: bytes(10),
  extensionSignature: bytes(11),
  lock: optional(12, lockWire),
  /** Always true and always last: a record that was cut off would have lost its lock. */
  whole: bool(13),
});

export function encodeSignRecord(record: SignRecord): Uint8Array {
  const { lock, validRound } = record;
  const encoded = recordWire.encode({
    ...record,
    version: recordVersion,
    whole: true,
    step: steps.indexOf(record.step) + 1,
    blockId: encodeBlockId(record.blockId),
    validRoundNext: typeof validRound === "number" ? BigInt(validRound) + 1n : 0n,
    time: timeToRfc3339(record.time),
    lock: lock.kind === "nil" ? undefined : lockToWire(lock),
  });
  // In pairs (STYLE 24): a record that does not read back must not reach the disk.
  assert(
    equalBytes(decodeSignRecord(encoded).signBytes, record.signBytes),
    "a sign record reads back",
  );
  return encoded;
}

/** @throws ConsensusError `SIGN_RECORD_MALFORMED` */
export function decodeSignRecord(encoded: Uint8Array): SignRecord {
  try {
    return recordFromWire(recordWire.decode(encoded, { unknown: "reject", strict: true }));
  } catch (cause) {
    if (!(cause instanceof ChainError)) throw cause;
    throw new ConsensusError({
      code: "SIGN_RECORD_MALFORMED",
      facts: { why: cause.code, length: encoded.length },
      cause,
    });
  }
}

function recordFromWire(wire: MessageValue<typeof recordWire>): SignRecord {
  const step = steps[wire.step - 1];
  if (wire.version !== recordVersion || !wire.whole) throw malformed("version or end");
  if (step === undefined) throw malformed("step");
  const record: SignRecord = {
    kind: "record",
    height: createHeight(wire.height),
    round: createRound(wire.round),
    step,
    blockId: decodeBlockId(wire.blockId),
    validRound: wire.validRoundNext === 0n ? nil : createRound(Number(wire.validRoundNext - 1n)),
    time: timeFromRfc3339(wire.time),
    signBytes: wire.signBytes,
    signature: wire.signature,
    extension: wire.extension,
    extensionSignature: wire.extensionSignature,
    lock: wire.lock === undefined ? nil : lockFromWire(wire.lock),
  };
  return checkRecord(record);
}

function lockToWire(lock: Lock): MessageValue<typeof lockWire> {
  return { round: lock.round, blockId: encodeBlockId(lock.blockId) };
}

function lockFromWire(wire: MessageValue<typeof lockWire>): Lock {
  const blockId = decodeBlockId(wire.blockId);
  if (!isBlock(blockId)) throw malformed("lock");
  return { kind: "lock", round: createRound(wire.round), blockId };
}

function checkRecord(record: SignRecord): SignRecord {
  const { lock, round, step } = record;
  if (record.signBytes.length === 0 || record.signature.length === 0) throw malformed("signature");
  if (lock.kind === "lock" && lock.round > round) throw malformed("lock");
  if (step === "propose" && !isBlock(record.blockId)) throw malformed("block id");
  return record;
}

function malformed(field: string): ConsensusError {
  return new ConsensusError({ code: "SIGN_RECORD_MALFORMED", facts: { field } });
}
