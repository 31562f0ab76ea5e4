/** Cases 59 to 64 and 66 of the catalogue of attacks: validators, time, proofs, turns, extensions. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Bech32Error, bech32FromBytes, bytesFromBech32 } from "@pyralog/chain/crypto";
import { trustLevelDefault, verifyHeader, type Verification } from "@pyralog/chain/light";
import { VersionedState, verifyStateProof } from "@pyralog/chain/merkle";
import { chainStateFromGenesis, nextChainState, type ChainState } from "@pyralog/chain/replica";
import {
  consensusParamsDefault,
  createHeight,
  createPower,
  createRound,
  decodeVote,
  encodeVote,
  hashHeader,
  hashTxs,
  hashValidatorSet,
  incrementProposerPriority,
  medianTime,
  updateValidatorSet,
  verifyCommit,
  type CommitSig,
  type ValidatorUpdate,
} from "@pyralog/chain/types";
import { describe, it } from "mocha";
import { bytesFromText, finish } from "@pyralog/chain/base";
import { codeOf } from "../../../chain/test/types/code-of.ts";
import {
  aBlock,
  aBlockId,
  aCommit,
  aHeader,
  aSigner,
  aTime,
  aValidatorSet,
  aVote,
  chainId,
  crypto,
} from "../../../chain/test/types/values.ts";
import { alice, Chain } from "../../../node/test/app/a-chain.ts";
import { aGenesis } from "../scenarios/a-genesis.ts";
import { refusalOf } from "./forge.ts";

const powerTotalMax = (2n ** 63n - 1n) / 8n;
const four = aValidatorSet();

function update(name: string, power: bigint): ValidatorUpdate {
  return { publicKey: aSigner(name).publicKey, power: createPower(power) };
}

function aState(): ChainState {
  const state = chainStateFromGenesis({
    genesis: aGenesis(four.signers),
    validators: four.set.validators.map(({ publicKey, power }) => ({ publicKey, power })),
    consensusParams: consensusParamsDefault,
    appHash: new Uint8Array(32),
    resultsHash: hashTxs([]),
  });
  return state.kind === "ok" ? state.value : assert.fail(state.error.message);
}

/** What becomes of a block whose application answers with these updates. */
function after(updates: readonly ValidatorUpdate[]): string {
  const response = {
    events: [],
    txResults: [],
    validatorUpdates: updates,
    appHash: new Uint8Array(32),
  };
  const next = nextChainState(aState(), { block: aBlock(), blockId: aBlockId(), response });
  return next.kind === "ok" ? "accepted" : next.error.code;
}

function signedAt(
  height: number,
  change: { readonly time?: number; readonly now?: typeof four } = {},
): Verification["untrusted"] {
  const { now = four, time = height } = change;
  const header = aHeader({
    height: createHeight(BigInt(height)),
    time: aTime(time),
    validatorsHash: hashValidatorSet(now.set),
    nextValidatorsHash: hashValidatorSet(now.set),
  });
  const blockId = { ...aBlockId(), hash: hashHeader(header) };
  const commit = aCommit(now.signers, { height: header.height, blockId });
  return { header, commit, validators: now.set };
}

describe("validators as an attacker would have them", () => {
  it("case 59: no power is below 0, and none of a set is above MaxInt64/8", () => {
    assert.equal(
      codeOf(() => createPower(-1n)),
      "VALUE_RANGE",
    );
    const refusals: readonly (readonly [string, readonly ValidatorUpdate[]])[] = [
      ["POWER_OVERFLOW", [update("a", powerTotalMax)]],
      ["POWER_OVERFLOW", [update("a", powerTotalMax + 1n)]],
      ["POWER_OVERFLOW", [update("a", 2n ** 63n - 1n)]],
      ["VALIDATOR_REPEATED", [update("a", 1n), update("a", 1n)]],
      ["VALIDATOR_UNKNOWN", [update("a", 0n)]],
      [
        "VALIDATORS_EMPTY",
        four.set.validators.map((each) => ({ ...each, power: createPower(0n) })),
      ],
    ];
    for (const [code, updates] of refusals) {
      const set = updateValidatorSet(four.set, updates);
      assert.equal(set.kind === "ok" ? "accepted" : set.error.code, code);
      assert.equal(after(updates), "UPDATE_INVALID", "the state stays as it was");
    }
    assert.equal(after([update("a", powerTotalMax - four.set.powerTotal)]), "accepted");
  });

  it("case 59: a key of another kind than the chain's is no validator's", () => {
    const bytes = crypto.secp256k1PublicKey(alice.secretKey);
    const foreign = { publicKey: { type: "secp256k1", bytes }, power: createPower(1n) } as const;
    assert.equal(after([foreign]), "UPDATE_INVALID");
    const short = {
      publicKey: { type: "ed25519", bytes: bytes.slice(1, 32) },
      power: createPower(1n),
    } as const;
    assert.equal(after([short]), "UPDATE_INVALID");
  });

  it("case 60: an address that is not its index's is no signature, and gives no time (Tachyon)", () => {
    const { set, signers } = four;
    const whole = aCommit(signers);
    const verify = (signatures: readonly CommitSig[]): string =>
      codeOf(() =>
        verifyCommit({
          chainId,
          validators: set,
          blockId: aBlockId(),
          height: createHeight(5n),
          commit: { ...whole, signatures },
          crypto,
        }),
      );
    const [first, second, ...rest] = whole.signatures;
    assert.ok(first?.kind === "commit" && second?.kind === "commit");
    assert.equal(verify(whole.signatures), "accepted");
    assert.equal(
      verify([{ ...first, validatorAddress: second.validatorAddress }, second, ...rest]),
      "COMMIT_ADDRESS",
    );
    assert.equal(verify([first, first, ...rest]), "COMMIT_ADDRESS");
    assert.equal(verify([{ ...first, time: aTime(3600) }, second, ...rest]), "SIGNATURE_WRONG");
    assert.equal(
      verify([{ ...first, kind: "nil", time: aTime(3600) }, second, ...rest]),
      "SIGNATURE_WRONG",
    );
  });

  it("case 60: one third of the power cannot move the median of time", () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), fc.nat(3), (skew, liar) => {
        const signatures = four.signers.map((signer, place): CommitSig => {
          const time = aTime(place === liar ? skew : place);
          const { validatorAddress, signature } = aVote(signer, { time });
          return { kind: "commit", validatorAddress, time, signature };
        });
        const median = medianTime({ ...aCommit(four.signers), signatures }, four.set);
        assert.ok(median >= aTime(0) && median <= aTime(3));
      }),
      { numRuns: 40 },
    );
  });

  it("case 61: a light client's single steps have these verdicts, to the edge", () => {
    const verdict = (change: Partial<Verification>): string =>
      codeOf(() =>
        verifyHeader({
          trusted: signedAt(1),
          untrusted: signedAt(9),
          crypto,
          now: aTime(10),
          trustingPeriod: 60_000_000_000n,
          clockDriftMax: 10_000_000_000n,
          trustLevel: trustLevelDefault,
          ...change,
        }),
      );
    const strangers = aValidatorSet([30n], "stranger");
    // Of 40 trusted, more than a third signed: two of four, but not one.
    const half = aValidatorSet([10n, 10n]);
    const quarter = aValidatorSet([10n]);
    const steps: readonly (readonly [string, Partial<Verification>])[] = [
      ["accepted", {}],
      ["accepted", { untrusted: signedAt(9, { now: half }) }],
      ["TRUST_INSUFFICIENT", { untrusted: signedAt(9, { now: quarter }) }],
      ["TRUST_INSUFFICIENT", { untrusted: signedAt(9, { now: strangers }) }],
      ["NEXT_VALIDATORS", { untrusted: signedAt(2, { now: half }) }],
      ["TRUST_EXPIRED", { trustingPeriod: 9_000_000_000n }],
      ["accepted", { trustingPeriod: 9_000_000_001n }],
      ["TRUST_EXPIRED", { now: aTime(100_000) }],
      ["TIME_FUTURE", { untrusted: signedAt(9, { time: 20 }) }],
      ["accepted", { untrusted: signedAt(9, { time: 19 }) }],
      ["TIME_ORDER", { untrusted: signedAt(9, { time: 1 }) }],
      ["HEIGHT_ORDER", { untrusted: signedAt(1) }],
      ["TRUST_LEVEL", { trustLevel: { numerator: 1n, denominator: 4n } }],
    ];
    for (const [expected, change] of steps) assert.equal(verdict(change), expected);
  });

  it("case 62: no proof of a state holds after a change to any of its bytes", () => {
    const state = new VersionedState({
      versionsMax: 2,
      cacheBytesMax: 100_000,
      values: { get: () => undefined },
    });
    const writes = Array.from({ length: 50 }, (_, index) => ({
      key: bytesFromText(`bank/${index}`),
      value: bytesFromText(`value ${index}`),
    }));
    state.commit(finish(state.stage(writes, createHeight(1n))));
    const { root } = state.latest();
    for (const [key, value] of [
      [bytesFromText("bank/7"), bytesFromText("value 7")],
      [bytesFromText("bank/none"), undefined],
    ] as const) {
      const proof = state.latest().prove(key);
      const claim = { root, key, ...(value === undefined ? {} : { value }) };
      assert.equal(verifyStateProof({ ...claim, proof }), true);
      for (let at = 0; at < proof.length; at++) {
        const changed = proof.with(at, (proof[at] ?? 0) ^ (1 << (at % 8)));
        assert.equal(verifyStateProof({ ...claim, proof: changed }), false, `byte ${at}`);
      }
      const forged = { root, key, proof, value: bytesFromText("value 8") };
      assert.equal(verifyStateProof(forged), false);
    }
  });

  it("case 63: each proposes as often as its power says, give or take one turn, by priorities alone", () => {
    const powers = fc.array(fc.bigInt({ min: 1n, max: 40n }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(powers, (some) => {
        const first = aValidatorSet(some).set;
        let set = first;
        const turns = new Map<string, bigint>();
        for (let turn = 0n; turn < first.powerTotal; turn++) {
          const name = String(set.proposer.address);
          turns.set(name, (turns.get(name) ?? 0n) + 1n);
          set = incrementProposerPriority(set, 1);
        }
        for (const { address, power } of first.validators) {
          const difference = (turns.get(String(address)) ?? 0n) - power;
          assert.ok(difference >= -1n && difference <= 1n, `${difference}`);
        }
        const jumped = incrementProposerPriority(first, Number(first.powerTotal));
        assert.deepEqual(jumped.proposer.address, set.proposer.address);
      }),
      { numRuns: 30 },
    );
  });

  it("case 64: a vote's extension is bounded, signed, and only on a precommit for a block", () => {
    const [signer = assert.fail()] = four.signers;
    const some = { extension: Uint8Array.of(1), extensionSignature: new Uint8Array(64) };
    const decodes = (fields: Parameters<typeof aVote>[1]): string =>
      codeOf(() => decodeVote(encodeVote(aVote(signer, fields))));
    assert.equal(decodes(some), "accepted");
    assert.equal(decodes({ ...some, extension: new Uint8Array(1_048_577) }), "LENGTH");
    assert.equal(decodes({ ...some, type: "prevote" }), "EXTENSION_UNEXPECTED");
    assert.equal(decodes({ ...some, blockId: { kind: "nil" } }), "EXTENSION_UNEXPECTED");
    assert.equal(decodes({ ...some, extensionSignature: new Uint8Array(0) }), "EXTENSION_UNSIGNED");
    assert.equal(decodes({ round: createRound(2 ** 31 - 1) }), "accepted");
  });

  it("case 64: this application extends nothing, and accepts no extension", () => {
    const { application } = new Chain();
    const request = {
      hash: new Uint8Array(32),
      height: createHeight(1n),
      validatorAddress: alice.bytes,
    };
    assert.equal(application.extendVote().length, 0);
    assert.equal(
      application.verifyVoteExtension({ ...request, extension: Uint8Array.of(1) }),
      false,
    );
  });

  it("case 66: bech32 in mixed case, with look-alikes or a wrong end is no address: code 7", () => {
    const { address } = alice;
    const mixed = address.slice(0, 8).toUpperCase() + address.slice(8);
    const last = address.endsWith("q") ? "p" : "q";
    const forms = [
      mixed,
      `${address.slice(0, -1)}${last}`,
      address.replace("1", "l"),
      ` ${address}`,
      address.replace("p", "р"),
    ];
    for (const form of forms) {
      assert.throws(() => bytesFromBech32(form), Bech32Error, form);
      const [code] = refusalOf(new Chain(), new Chain().send({ to: form }));
      assert.equal(code, 7, form);
    }
    const { prefix, bytes } = bytesFromBech32(address.toUpperCase());
    assert.equal(bech32FromBytes({ prefix: prefix.toLowerCase(), bytes }), address);
  });
});
