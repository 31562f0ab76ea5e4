/** Consensus parameters: defaults, rules, changes; and how many bytes a block leaves for data. */
import { ok, refused, type Result } from "#base";
import { consensusParamsWire, type MessageValue } from "#codec";
import { createHeight } from "./create.ts";
import { blockBytesMax } from "./limits.ts";
import type { ConsensusParams, Height, ValidatorUpdate } from "./model.ts";
import { publicKeyBytes } from "./public-key.ts";
import { typesError, type TypesError } from "./types-error.ts";

const second = 1_000_000_000n;
const keyTypes: readonly string[] = ["ed25519", "secp256k1"];

/** What a genesis document gets that says nothing. */
export const consensusParamsDefault: ConsensusParams = {
  block: { maxBytes: 22_020_096n, maxGas: -1n },
  evidence: {
    maxAgeNumBlocks: 100_000n,
    maxAgeDuration: 48n * 3600n * second,
    maxBytes: 1_048_576n,
  },
  validator: { pubKeyTypes: ["ed25519"] },
  version: { app: 0n },
  abci: { voteExtensionsEnableHeight: createHeight(0n) },
};

interface Rule {
  readonly key: string;
  readonly value: bigint | string;
  readonly holds: boolean;
  readonly want: string;
}

/** Refuses with the first parameter that does not hold: its key, its value and what is allowed. */
export function validateConsensusParams(params: ConsensusParams): Result<void, TypesError> {
  const broken = [...blockRules(params), ...evidenceRules(params), ...otherRules(params)].find(
    ({ holds }) => !holds,
  );
  if (broken === undefined) return ok(undefined);
  const { key, value, want } = broken;
  return refused(typesError("PARAMS_INVALID", { key, value, want }));
}

function blockRules({ block }: ConsensusParams): readonly Rule[] {
  const { maxBytes, maxGas } = block;
  const fits = maxBytes === -1n || (maxBytes > 0n && maxBytes <= blockBytesMax);
  return [
    {
      key: "block.max_bytes",
      value: maxBytes,
      holds: fits,
      want: `-1, or 1 to ${blockBytesMax}`,
    },
    { key: "block.max_gas", value: maxGas, holds: maxGas >= -1n, want: "-1 or more" },
  ];
}

function evidenceRules({ block, evidence }: ConsensusParams): readonly Rule[] {
  const { maxAgeNumBlocks, maxAgeDuration, maxBytes } = evidence;
  const bytesMax = blockBytesLimit(block.maxBytes);
  return [
    {
      key: "evidence.max_age_num_blocks",
      value: maxAgeNumBlocks,
      holds: maxAgeNumBlocks > 0n,
      want: "more than 0",
    },
    {
      key: "evidence.max_age_duration",
      value: maxAgeDuration,
      holds: maxAgeDuration > 0n,
      want: "more than 0",
    },
    {
      key: "evidence.max_bytes",
      value: maxBytes,
      holds: maxBytes >= 0n && maxBytes <= bytesMax,
      want: `0 to ${bytesMax}`,
    },
  ];
}

function otherRules({ abci, validator }: ConsensusParams): readonly Rule[] {
  const { voteExtensionsEnableHeight } = abci;
  const types = validator.pubKeyTypes;
  const known = types.length > 0 && types.every((type) => keyTypes.includes(type));
  return [
    {
      key: "abci.vote_extensions_enable_height",
      value: voteExtensionsEnableHeight,
      holds: voteExtensionsEnableHeight >= 0n,
      want: "0 or more",
    },
    {
      key: "validator.pub_key_types",
      value: types.join(","),
      holds: known,
      want: `one or more of ${keyTypes.join(", ")}`,
    },
  ];
}

/**
 * Whether the change may come at this height: vote extensions start at a height to come, and once
 * started they stay (ASA-2024-001).
 */
export function validateParamsChange(change: {
  readonly before: ConsensusParams;
  readonly after: ConsensusParams;
  readonly height: Height;
}): Result<void, TypesError> {
  const before = change.before.abci.voteExtensionsEnableHeight;
  const after = change.after.abci.voteExtensionsEnableHeight;
  if (before === after) return ok(undefined);
  const key = "abci.vote_extensions_enable_height";
  if (before > 0n && before <= change.height) {
    return refused(typesError("PARAMS_INVALID", { key, value: after, want: `${before}` }));
  }
  if (after !== 0n && after <= change.height) {
    const want = `0, or more than ${change.height}`;
    return refused(typesError("PARAMS_INVALID", { key, value: after, want }));
  }
  return ok(undefined);
}

/** What an application may ask for: no negative power, and keys of types that are allowed. */
export function validateValidatorUpdates(
  updates: readonly ValidatorUpdate[],
  params: ConsensusParams,
): Result<void, TypesError> {
  for (const { publicKey, power } of updates) {
    if (power < 0n) return refused(typesError("VALUE_RANGE", { field: "power", value: power }));
    if (power > 0n && !params.validator.pubKeyTypes.includes(publicKey.type)) {
      return refused(typesError("KEY_TYPE", { type: publicKey.type }));
    }
    const { length } = publicKey.bytes;
    if (length !== publicKeyBytes[publicKey.type]) {
      return refused(typesError("LENGTH", { field: publicKey.type, length }));
    }
  }
  return ok(undefined);
}

/** The parameter with −1 spelled out: a block's greatest size. */
export function blockBytesLimit(maxBytes: bigint): bigint {
  return maxBytes === -1n ? BigInt(blockBytesMax) : maxBytes;
}

/** Bytes of the greatest header, of the greatest commit and of what wraps a block's fields. */
const headerBytesMax = 626n;
const overheadBytes = 11n;
const commitBytesBase = 94n;
const commitBytesPerValidator = 111n;

/**
 * Bytes left for transactions.
 * @throws TypesError `VALUE_RANGE` where a block cannot even hold its header and last commit.
 */
export function maxDataBytes(options: {
  readonly maxBytes: bigint;
  readonly evidenceBytes: bigint;
  readonly validatorCount: number;
}): bigint {
  const { maxBytes, evidenceBytes, validatorCount } = options;
  const commitBytes = commitBytesBase + commitBytesPerValidator * BigInt(validatorCount);
  const left = maxBytes - overheadBytes - headerBytesMax - commitBytes - evidenceBytes;
  if (left < 0n) throw typesError("VALUE_RANGE", { field: "block.max_bytes", value: maxBytes });
  return left;
}

type ParamsWire = MessageValue<typeof consensusParamsWire>;

export function paramsToWire(params: ConsensusParams): ParamsWire {
  const { block, evidence, validator, version, abci } = params;
  const { maxAgeNumBlocks, maxBytes } = evidence;
  const maxAgeDuration = durationToWire(evidence.maxAgeDuration);
  return {
    block,
    evidence: { maxAgeNumBlocks, maxAgeDuration, maxBytes },
    validator,
    version,
    abci,
  };
}

export function paramsFromWire(wire: ParamsWire): ConsensusParams {
  const { block, evidence, validator, version, abci } = wire;
  if (block === undefined || evidence === undefined || validator === undefined) {
    throw typesError("FIELD_MISSING", { field: "consensus parameters" });
  }
  const { maxAgeNumBlocks, maxBytes } = evidence;
  const { seconds, nanos } = evidence.maxAgeDuration;
  const voteExtensionsEnableHeight = createHeight(abci?.voteExtensionsEnableHeight ?? 0n);
  return {
    block,
    evidence: { maxAgeNumBlocks, maxAgeDuration: seconds * second + BigInt(nanos), maxBytes },
    validator,
    version: version ?? { app: 0n },
    abci: { voteExtensionsEnableHeight },
  };
}

/** Protobuf durations carry one sign on both parts: here rounding towards zero is right. */
function durationToWire(nanoseconds: bigint): { readonly seconds: bigint; readonly nanos: number } {
  return { seconds: nanoseconds / second, nanos: Number(nanoseconds % second) };
}

export function encodeConsensusParams(params: ConsensusParams): Uint8Array {
  return consensusParamsWire.encode(paramsToWire(params));
}

/** @throws CodecError | TypesError unless all groups but the newer ones are there. */
export function decodeConsensusParams(bytes: Uint8Array): ConsensusParams {
  return paramsFromWire(consensusParamsWire.decode(bytes));
}
