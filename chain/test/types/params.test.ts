import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { hexFromBytes } from "@pyralog/chain/base";
import { consensusParamsWire } from "@pyralog/chain/codec";
import {
  blockBytesLimit,
  blockBytesMax,
  consensusParamsDefault,
  createHeight,
  createPower,
  decodeConsensusParams,
  encodeConsensusParams,
  hashConsensusParams,
  maxDataBytes,
  validateConsensusParams,
  validateParamsChange,
  validateValidatorUpdates,
  type ConsensusParams,
} from "@pyralog/chain/types";
import { codeOf } from "./code-of.ts";
import { readVectors } from "./read-vectors.ts";
import { aSigner } from "./values.ts";

const defaults = consensusParamsDefault;

function brokenKey(params: ConsensusParams): unknown {
  const verdict = validateConsensusParams(params);
  if (verdict.kind === "ok") return "none";
  assert.equal(verdict.error.code, "PARAMS_INVALID");
  return verdict.error.facts["key"];
}

const at = (enable: bigint): ConsensusParams => ({
  ...defaults,
  abci: { voteExtensionsEnableHeight: createHeight(enable) },
});

function change(before: bigint, after: bigint): string {
  const height = createHeight(10n);
  return codeOf(() => validateParamsChange({ before: at(before), after: at(after), height }));
}

describe("consensus parameters", () => {
  it("are decoded to what was encoded", () => {
    assert.deepEqual(decodeConsensusParams(encodeConsensusParams(defaults)), defaults);
    const odd = {
      ...defaults,
      evidence: { ...defaults.evidence, maxAgeDuration: 1_500_000_001n },
      version: { app: 7n },
    };
    assert.deepEqual(decodeConsensusParams(encodeConsensusParams(odd)), odd);
  });

  it("may lack the groups that are newer than the others, but no other", () => {
    const wire = consensusParamsWire.decode(encodeConsensusParams(defaults));
    const older = consensusParamsWire.encode({ ...wire, version: undefined, abci: undefined });
    assert.deepEqual(decodeConsensusParams(older), defaults);
    for (const group of ["block", "evidence", "validator"]) {
      const without = consensusParamsWire.encode({ ...wire, [group]: undefined });
      assert.equal(
        codeOf(() => decodeConsensusParams(without)),
        "FIELD_MISSING",
      );
    }
  });

  it("are hashed by block size and gas alone, to the hash that chains with defaults show", () => {
    const want = "048091bc7ddc283f77bfbf91d73c44da58c3df8a9cbc867405d8b7f3daada22f";
    assert.equal(hexFromBytes(hashConsensusParams(defaults)), want);
    const other = { ...defaults, version: { app: 9n } };
    assert.deepEqual(hashConsensusParams(other), hashConsensusParams(defaults));
    const block = { ...defaults.block, maxGas: 1n };
    assert.notDeepEqual(hashConsensusParams({ ...defaults, block }), hashConsensusParams(defaults));
  });

  it("are refused by name at the first value outside its range", () => {
    const withBlock = (block: Partial<ConsensusParams["block"]>): unknown =>
      brokenKey({ ...defaults, block: { ...defaults.block, ...block } });
    const withEvidence = (evidence: Partial<ConsensusParams["evidence"]>): unknown =>
      brokenKey({ ...defaults, evidence: { ...defaults.evidence, ...evidence } });
    assert.equal(brokenKey(defaults), "none");
    assert.equal(withBlock({ maxBytes: 0n }), "block.max_bytes");
    assert.equal(withBlock({ maxBytes: -2n }), "block.max_bytes");
    assert.equal(withBlock({ maxBytes: BigInt(blockBytesMax) + 1n }), "block.max_bytes");
    assert.equal(withBlock({ maxBytes: BigInt(blockBytesMax) }), "none");
    assert.equal(withBlock({ maxBytes: -1n }), "none");
    assert.equal(withBlock({ maxGas: -2n }), "block.max_gas");
    assert.equal(withEvidence({ maxAgeNumBlocks: 0n }), "evidence.max_age_num_blocks");
    assert.equal(withEvidence({ maxAgeDuration: 0n }), "evidence.max_age_duration");
    assert.equal(withEvidence({ maxBytes: -1n }), "evidence.max_bytes");
    assert.equal(withEvidence({ maxBytes: defaults.block.maxBytes }), "none");
    assert.equal(withEvidence({ maxBytes: defaults.block.maxBytes + 1n }), "evidence.max_bytes");
    const noTypes = { ...defaults, validator: { pubKeyTypes: [] } };
    assert.equal(brokenKey(noTypes), "validator.pub_key_types");
    const foreign = { ...defaults, validator: { pubKeyTypes: ["ed25519", "bls"] } };
    assert.equal(brokenKey(foreign), "validator.pub_key_types");
  });

  it("start vote extensions at a height to come, and never stop them (ASA-2024-001)", () => {
    assert.equal(change(0n, 0n), "accepted");
    assert.equal(change(0n, 11n), "accepted");
    assert.equal(change(0n, 10n), "PARAMS_INVALID");
    assert.equal(change(10n, 10n), "accepted");
    assert.equal(change(10n, 0n), "PARAMS_INVALID");
    assert.equal(change(10n, 12n), "PARAMS_INVALID");
    assert.equal(change(11n, 0n), "accepted");
    assert.equal(change(11n, 12n), "accepted");
    assert.equal(change(11n, 9n), "PARAMS_INVALID");
  });

  it("say which keys validators may have; one of any type may leave", () => {
    const { publicKey } = aSigner("a");
    const secp256k1 = { type: "secp256k1", bytes: new Uint8Array(33) } as const;
    const verdict = (key: typeof publicKey, power: bigint): string =>
      codeOf(() => {
        const updates = [{ publicKey: key, power: createPower(power) }];
        return validateValidatorUpdates(updates, defaults);
      });
    assert.equal(verdict(publicKey, 1n), "accepted");
    assert.equal(verdict(secp256k1, 1n), "KEY_TYPE");
    assert.equal(verdict(secp256k1, 0n), "accepted");
    const short = { ...publicKey, bytes: publicKey.bytes.slice(1) };
    assert.equal(verdict(short, 1n), "LENGTH");
    assert.equal(verdict(short, 0n), "LENGTH");
  });
});

describe("bytes left for data", () => {
  it("are the published ones for v0.38.25; the others, for v0.40, have larger signatures", () => {
    const cases = readVectors("cometbft/max_data_bytes.json").get("cases").list();
    const ours = cases.filter((entry) => entry.get("version").text() === "v0.38.25");
    assert.equal(ours.length, 12);
    for (const entry of ours) {
      const left = (): bigint =>
        maxDataBytes({
          maxBytes: BigInt(entry.get("maxBytes").int32()),
          evidenceBytes: BigInt(entry.get("evidenceBytes").int32()),
          validatorCount: entry.get("valsCount").int32(),
        });
      if (entry.get("panics").flag()) assert.equal(codeOf(left), "VALUE_RANGE");
      else assert.equal(left(), BigInt(entry.get("result").int32()));
    }
  });

  it("are counted from the greatest block where the parameter is −1", () => {
    assert.equal(blockBytesLimit(-1n), BigInt(blockBytesMax));
    assert.equal(blockBytesLimit(5n), 5n);
  });
});
