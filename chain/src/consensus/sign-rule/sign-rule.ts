/**
 * The rule that no crash, take-over or confused engine gets past (DESIGN §5 c): per height, round
 * and step one signature, and none against the lock. It is a function of the stored record and the
 * request, so whoever holds the key applies it in the moment of signing, engine or not.
 */
import { emptyBytes, equalBytes } from "#base";
import {
  equalBlockIds,
  isBlock,
  nil,
  proposalSignBytes,
  voteExtensionSignBytes,
  voteSignBytes,
  type BlockId,
  type BlockIdOrNil,
  type Height,
  type Nil,
  type Round,
  type Time,
  type Vote,
} from "#types";
import type { Lock, SignedMessage, SignRecord, SignRequest, SignStep } from "./sign-record.ts";

/**
 * - `STEP_PASSED`: a later height, round or step was signed before.
 * - `SIGNED_OTHERWISE`: this very step was signed, for something else.
 * - `LOCK_FORGOTTEN`: the request does not carry the record's lock, or a later one.
 * - `LOCK_MISSING`: a precommit for a block that comes without the lock on it.
 * - `LOCK_VIOLATED`: a block other than the locked one, without a later proof of lock (L29).
 */
export type SignRefusal =
  "STEP_PASSED" | "SIGNED_OTHERWISE" | "LOCK_FORGOTTEN" | "LOCK_MISSING" | "LOCK_VIOLATED";

/** What becomes the record once its two signatures are made. */
export type UnsignedRecord = Omit<SignRecord, "signature" | "extensionSignature">;

export type SignVerdict =
  /** Sign both byte strings (the second unless it is empty) and save the record, then answer. */
  | {
      readonly kind: "sign";
      readonly next: UnsignedRecord;
      readonly signBytes: Uint8Array;
      readonly extensionSignBytes: Uint8Array;
    }
  /** Answer with the stored signature; there is nothing to save. */
  | { readonly kind: "reuse"; readonly record: SignRecord }
  | { readonly kind: "refuse"; readonly reason: SignRefusal };

const stepOrder = { propose: 1, prevote: 2, precommit: 3 } as const;

/** A place in the order in which a key signs. */
export interface SignPlace {
  readonly height: Height;
  readonly round: Round;
  readonly step: SignStep;
}

/** Negative where the left one comes first. */
export function compareSignPlaces(left: SignPlace, right: SignPlace): number {
  if (left.height !== right.height) return left.height < right.height ? -1 : 1;
  if (left.round !== right.round) return left.round - right.round;
  return stepOrder[left.step] - stepOrder[right.step];
}

export function decideSigning(options: {
  readonly chainId: string;
  readonly record: SignRecord | Nil;
  readonly request: SignRequest;
}): SignVerdict {
  const { chainId, record, request } = options;
  const place = signPlaceOf(request);
  if (record.kind === "record") {
    const order = compareSignPlaces(place, record);
    if (order < 0) return { kind: "refuse", reason: "STEP_PASSED" };
    if (order === 0) return judgeAgain({ chainId, record, request });
  }
  const broken = brokenLock(record, request);
  if (broken !== undefined) return { kind: "refuse", reason: broken };
  const signBytes = signBytesOf(chainId, request);
  const next: UnsignedRecord = {
    kind: "record",
    ...place,
    blockId: blockIdOf(request),
    validRound: request.kind === "proposal" ? request.proposal.validRound : nil,
    time: timeOf(request),
    signBytes,
    extension: request.kind === "vote" ? request.vote.extension : emptyBytes,
    lock: request.lock,
  };
  return { kind: "sign", next, signBytes, extensionSignBytes: extensionBytesOf(chainId, request) };
}

/** The same step once more: the stored signature serves if at most the time differs. */
function judgeAgain(options: {
  readonly chainId: string;
  readonly record: SignRecord;
  readonly request: SignRequest;
}): SignVerdict {
  const { chainId, record, request } = options;
  const same = equalBytes(signBytesOf(chainId, atTime(request, record.time)), record.signBytes);
  if (!same) return { kind: "refuse", reason: "SIGNED_OTHERWISE" };
  return { kind: "reuse", record };
}

function brokenLock(record: SignRecord | Nil, request: SignRequest): SignRefusal | undefined {
  const { height } = signPlaceOf(request);
  const carried = record.kind === "record" && record.height === height ? record.lock : nil;
  if (carried.kind === "lock" && !isSameOrLater(request.lock, carried)) return "LOCK_FORGOTTEN";
  const blockId = blockIdOf(request);
  return isBlock(blockId) ? brokenLockBy(request, blockId) : undefined;
}

function brokenLockBy(request: SignRequest, blockId: BlockId): SignRefusal | undefined {
  const { lock } = request;
  const { round, step } = signPlaceOf(request);
  if (step === "precommit") {
    const onIt = lock.kind === "lock" && lock.round === round && isLockedOn(lock, blockId);
    return onIt ? undefined : "LOCK_MISSING";
  }
  if (lock.kind === "nil" || isLockedOn(lock, blockId)) return undefined;
  const proof = request.kind === "vote" ? request.proofRound : request.proposal.validRound;
  // L29: another value only on a proof of lock from the locked round or a later one.
  const permitted = typeof proof === "number" && proof >= lock.round && proof < round;
  return permitted ? undefined : "LOCK_VIOLATED";
}

function isSameOrLater(lock: Lock | Nil, carried: Lock): boolean {
  if (lock.kind === "nil" || lock.round < carried.round) return false;
  return lock.round > carried.round || isLockedOn(lock, carried.blockId);
}

/** Whether the lock is on just this block. */
export function isLockedOn(lock: Lock | Nil, blockId: BlockIdOrNil): boolean {
  return lock.kind === "lock" && equalBlockIds(lock.blockId, blockId);
}

/** The record to save, made of the verdict and the signatures over its byte strings. */
export function completeRecord(
  next: UnsignedRecord,
  signatures: { readonly signature: Uint8Array; readonly extensionSignature: Uint8Array },
): SignRecord {
  return { ...next, ...signatures };
}

/** The message of the request with the record's signature, time and extension. */
export function signedMessage(request: SignRequest, record: SignRecord): SignedMessage {
  const { time, signature, extension, extensionSignature } = record;
  if (request.kind === "proposal") {
    return { kind: "proposal", proposal: { ...request.proposal, time, signature } };
  }
  return {
    kind: "vote",
    vote: { ...request.vote, time, signature, extension, extensionSignature },
  };
}

/** The message that the record holds the signature of, as it left or was to leave. */
export function messageFromRecord(
  record: SignRecord,
  signer: Pick<Vote, "validatorAddress" | "validatorIndex">,
): SignedMessage | undefined {
  const { height, round, step, time, signature, blockId, validRound } = record;
  if (step !== "propose") {
    const { extension, extensionSignature } = record;
    const signed = { signature, extension, extensionSignature };
    return {
      kind: "vote",
      vote: { type: step, height, round, blockId, time, ...signer, ...signed },
    };
  }
  if (!isBlock(blockId)) return undefined;
  return { kind: "proposal", proposal: { height, round, validRound, blockId, time, signature } };
}

function signPlaceOf(request: SignRequest): SignPlace {
  if (request.kind === "proposal") {
    const { height, round } = request.proposal;
    return { height, round, step: "propose" };
  }
  const { height, round, type } = request.vote;
  return { height, round, step: type };
}

function blockIdOf(request: SignRequest): BlockIdOrNil {
  return request.kind === "vote" ? request.vote.blockId : request.proposal.blockId;
}

function timeOf(request: SignRequest): Time {
  return request.kind === "vote" ? request.vote.time : request.proposal.time;
}

function atTime(request: SignRequest, time: Time): SignRequest {
  return request.kind === "vote"
    ? { ...request, vote: { ...request.vote, time } }
    : { ...request, proposal: { ...request.proposal, time } };
}

function signBytesOf(chainId: string, request: SignRequest): Uint8Array {
  return request.kind === "vote"
    ? voteSignBytes({ chainId, vote: request.vote })
    : proposalSignBytes({ chainId, proposal: request.proposal });
}

function extensionBytesOf(chainId: string, request: SignRequest): Uint8Array {
  if (request.kind === "proposal" || !request.extended) return emptyBytes;
  return voteExtensionSignBytes({ chainId, vote: request.vote });
}
