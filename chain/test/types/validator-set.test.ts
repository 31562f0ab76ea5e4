import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { base58 } from "@scure/base";
import { bytesFromText, compareBytes } from "@pyralog/chain/base";
import { validatorSetWire } from "@pyralog/chain/codec";
import { ethAddress, keccak256, sha256 } from "@pyralog/chain/crypto";
import {
  createPower,
  createValidatorSet,
  decodeValidatorSet,
  encodeValidatorSet,
  hashValidatorSet,
  incrementProposerPriority,
  restoreValidatorSet,
  updateValidatorSet,
  validatorAddress,
  type ValidatorSet,
  type ValidatorUpdate,
} from "@pyralog/chain/types";
import { codeOf } from "./code-of.ts";
import { readVectors } from "./read-vectors.ts";
import { aHash, aSigner, aValidatorSet, crypto } from "./values.ts";

const powerMax = (2n ** 63n - 1n) / 8n;

function update(name: string, power: bigint): ValidatorUpdate {
  return { publicKey: aSigner(name).publicKey, power: createPower(power) };
}

function updated(set: ValidatorSet, updates: readonly ValidatorUpdate[]): ValidatorSet {
  const result = updateValidatorSet(set, updates);
  assert.ok(result.kind === "ok");
  return result.value;
}

function refusal(set: ValidatorSet, updates: readonly ValidatorUpdate[]): string {
  const result = updateValidatorSet(set, updates);
  return result.kind === "ok" ? "accepted" : result.error.code;
}

describe("a validator set", () => {
  it("stands by power, of equals by address, and finds each by its address", () => {
    const powers = fc.array(fc.bigInt({ min: 1n, max: 3n }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(powers, (some) => {
        const { set } = aValidatorSet(some);
        for (const [place, validator] of set.validators.entries()) {
          assert.equal(set.indexOf(validator.address), place);
          const after = set.validators[place + 1];
          if (after === undefined) continue;
          const byAddress = compareBytes(validator.address, after.address) < 0;
          assert.ok(
            validator.power > after.power || (validator.power === after.power && byAddress),
          );
        }
        assert.equal(set.indexOf(aHash("nobody").subarray(0, 20)), undefined);
        assert.equal(
          set.powerTotal,
          some.reduce((sum, power) => sum + power, 0n),
        );
      }),
      { numRuns: 30 },
    );
  });

  it("is decoded to what was encoded, with priorities and proposer", () => {
    const set = incrementProposerPriority(aValidatorSet([3n, 2n, 1n]).set, 4);
    const decoded = decodeValidatorSet(encodeValidatorSet(set));
    assert.deepEqual(decoded.validators, set.validators);
    assert.deepEqual(decoded.proposer, set.proposer);
    assert.equal(decoded.powerTotal, set.powerTotal);
  });

  it("has the same hash whatever its turn", () => {
    const { set } = aValidatorSet([3n, 2n, 1n]);
    assert.deepEqual(hashValidatorSet(incrementProposerPriority(set, 2)), hashValidatorSet(set));
  });

  it("is not made of nobody, of one twice, of no power, or of too much", () => {
    assert.equal(
      codeOf(() => createValidatorSet([])),
      "VALIDATORS_EMPTY",
    );
    const twice = [update("a", 1n), update("a", 2n)];
    assert.equal(
      codeOf(() => createValidatorSet(twice)),
      "VALIDATOR_REPEATED",
    );
    assert.equal(
      codeOf(() => createValidatorSet([update("a", 0n)])),
      "VALUE_RANGE",
    );
    const most = [update("a", powerMax)];
    assert.equal(
      codeOf(() => createValidatorSet(most)),
      "accepted",
    );
    assert.equal(
      codeOf(() => createValidatorSet([...most, update("b", 1n)])),
      "POWER_OVERFLOW",
    );
  });

  it("is refused from bytes that name nobody, a foreign proposer or a foreign address", () => {
    const { set } = aValidatorSet();
    const [first] = set.validators;
    assert.ok(first !== undefined);
    const wire = validatorSetWire.decode(encodeValidatorSet(set));
    const decodes = (change: Partial<typeof wire>): string =>
      codeOf(() => decodeValidatorSet(validatorSetWire.encode({ ...wire, ...change })));
    const proposer = { ...wire.validators[0], ...strangerWire() };
    assert.equal(decodes({}), "accepted");
    assert.equal(decodes({ validators: [] }), "VALIDATORS_EMPTY");
    assert.equal(decodes({ proposer: undefined }), "FIELD_MISSING");
    assert.equal(decodes({ proposer }), "PROPOSER_UNKNOWN");
    const swapped = { ...proposer, address: first.address };
    assert.equal(decodes({ validators: [swapped] }), "VALIDATOR_ADDRESS");
    const noKey = { ed25519: new Uint8Array(0), secp256k1: new Uint8Array(0) };
    assert.equal(decodes({ validators: [{ ...proposer, publicKey: noKey }] }), "ONEOF_INVALID");
    const shortKey = { ...noKey, ed25519: new Uint8Array(31) };
    assert.equal(decodes({ validators: [{ ...proposer, publicKey: shortKey }] }), "LENGTH");
    const negative = { ...proposer, votingPower: -1n };
    assert.equal(decodes({ validators: [negative] }), "VALUE_RANGE");
  });

  it("is restored with the foremost proposing where none was written down", () => {
    const { set } = aValidatorSet([1n, 2n]);
    const restored = restoreValidatorSet(set.validators);
    assert.deepEqual(incrementProposerPriority(restored, 1), incrementProposerPriority(set, 1));
  });
});

function strangerWire(): {
  readonly address: Uint8Array;
  readonly publicKey: { readonly ed25519: Uint8Array; readonly secp256k1: Uint8Array };
  readonly votingPower: bigint;
  readonly proposerPriority: bigint;
} {
  const { publicKey } = aSigner("stranger");
  return {
    address: validatorAddress(publicKey),
    publicKey: { ed25519: publicKey.bytes, secp256k1: new Uint8Array(0) },
    votingPower: 1n,
    proposerPriority: 0n,
  };
}

describe("changes of a validator set", () => {
  it("set powers, add and remove; nothing is changed by none", () => {
    const set = createValidatorSet([update("a", 1n), update("b", 2n)]);
    const after = updated(set, [update("a", 5n), update("b", 0n), update("c", 3n)]);
    assert.deepEqual(
      after.validators.map(({ power }) => power),
      [5n, 3n],
    );
    assert.equal(updated(set, []), set);
  });

  it("put newcomers 1.125 totals behind, counted before the leaving go", () => {
    const set = createValidatorSet([update("a", 1000n), update("b", 1000n)]);
    const [first, second] = set.validators;
    assert.ok(first !== undefined && second !== undefined);
    assert.deepEqual([first.proposerPriority, second.proposerPriority], [-1000n, 1000n]);
    const leaving = { publicKey: second.publicKey, power: createPower(0n) };
    const after = updated(set, [update("c", 500n), leaving]);
    // The total is 2500 while b still counts, so that c starts at −2500 − 312. The distance of
    // 1812 is inside the window of 3000; the average of −1906 is taken from both.
    assert.deepEqual(
      after.validators.map(({ power, proposerPriority }) => [power, proposerPriority]),
      [
        [1000n, 906n],
        [500n, -906n],
      ],
    );
  });

  it("are refused: one twice, a stranger to remove, nobody left, too much power", () => {
    const set = createValidatorSet([update("a", 1n), update("b", 2n)]);
    assert.equal(refusal(set, [update("a", 2n), update("a", 3n)]), "VALIDATOR_REPEATED");
    assert.equal(refusal(set, [update("c", 0n)]), "VALIDATOR_UNKNOWN");
    assert.equal(refusal(set, [update("a", 0n), update("b", 0n)]), "VALIDATORS_EMPTY");
    assert.equal(refusal(set, [update("c", powerMax)]), "POWER_OVERFLOW");
    assert.equal(refusal(set, [update("c", powerMax + 1n)]), "POWER_OVERFLOW");
    assert.equal(refusal(set, [update("a", 0n), update("b", 0n), update("c", 1n)]), "accepted");
    const swap = [update("a", 0n), update("b", 0n), update("c", powerMax)];
    assert.equal(refusal(set, swap), "accepted");
  });
});

describe("validators' keys", () => {
  it("have the published addresses", () => {
    const cases = readVectors("cometbft/keys.json").get("cases").list();
    assert.equal(cases.length, 3);
    for (const entry of cases) {
      const kind = entry.get("type").text();
      if (kind === "ed25519") {
        const bytes = entry.get("pub").hex();
        const signer = aSigner(entry.get("secret_utf8").text());
        assert.deepEqual(signer.publicKey.bytes, bytes);
        const address = validatorAddress({ type: "ed25519", bytes });
        assert.deepEqual(address, sha256(bytes).subarray(0, 20));
      }
      if (kind === "secp256k1") {
        const bytes = entry.get("pub").hex();
        assert.deepEqual(crypto.secp256k1PublicKey(entry.get("priv").hex()), bytes);
        const versioned = Uint8Array.of(0, ...validatorAddress({ type: "secp256k1", bytes }));
        const checksum = sha256(sha256(versioned)).subarray(0, 4);
        const text = base58.encode(Uint8Array.of(...versioned, ...checksum));
        assert.equal(text, entry.get("address_base58check").text());
      }
      if (kind === "secp256k1eth") {
        const publicKey = crypto.secp256k1PublicKey(entry.get("priv").hex());
        const address = ethAddress(crypto.decompressSecp256k1(publicKey));
        assert.deepEqual(address, entry.get("address").hex());
        const digest = keccak256(bytesFromText(entry.get("msg_utf8").text()));
        const signature = entry.get("sig").hex().subarray(0, 64);
        assert.ok(crypto.verifySecp256k1Digest({ publicKey, digest, signature }));
      }
    }
  });

  it("take part in a set whatever their type", () => {
    const { publicKey } = aSigner("a");
    const bytes = crypto.secp256k1PublicKey(aHash("b"));
    const power = createPower(1n);
    const set = createValidatorSet([
      { publicKey, power },
      { publicKey: { type: "secp256k1", bytes }, power },
    ]);
    assert.deepEqual(decodeValidatorSet(encodeValidatorSet(set)).validators, set.validators);
  });
});
