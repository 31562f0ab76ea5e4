import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  trustLevelDefault,
  verifyAdjacent,
  verifyBackwards,
  verifyHeader,
  verifyNonAdjacent,
  type SignedHeader,
  type Verification,
} from "@pyralog/chain/light";
import {
  createHeight,
  createTime,
  hashHeader,
  hashValidatorSet,
  headerFromJson,
  commitFromJson,
  createValidatorSet,
  parseGenesis,
  type Header,
  type JsonNode,
  type ValidatorSet,
} from "@pyralog/chain/types";
import { codeOf } from "../types/code-of.ts";
import { readVectors } from "../types/read-vectors.ts";
import {
  aBlockId,
  aCommit,
  aHash,
  aHeader,
  aTime,
  aValidatorSet,
  crypto,
  type Signer,
} from "../types/values.ts";

type Validators = ReturnType<typeof aValidatorSet>;

const four = aValidatorSet();
const strangers = aValidatorSet([7n, 7n, 7n], "stranger");
const minute = 60_000_000_000n;

function signed(header: Header, signers: readonly Signer[]): SignedHeader {
  const blockId = { ...aBlockId(), hash: hashHeader(header) };
  return { header, commit: aCommit(signers, { height: header.height, blockId }) };
}

/** A header at a height, a second a block, decided by a set, the next by another. */
function at(
  height: number,
  sets: { readonly now: Validators; readonly next?: Validators } = { now: four },
): SignedHeader & { readonly validators: ValidatorSet } {
  const { now, next = now } = sets;
  const header = aHeader({
    height: createHeight(BigInt(height)),
    time: aTime(height),
    validatorsHash: hashValidatorSet(now.set),
    nextValidatorsHash: hashValidatorSet(next.set),
  });
  return { ...signed(header, now.signers), validators: now.set };
}

function verification(change: Partial<Verification> = {}): Verification {
  return {
    trusted: at(1),
    untrusted: at(2),
    crypto,
    now: aTime(10),
    trustingPeriod: 10n * minute,
    clockDriftMax: 10_000_000_000n,
    trustLevel: trustLevelDefault,
    ...change,
  };
}

function adjacent(change: Partial<Verification> = {}): string {
  return codeOf(() => verifyAdjacent(verification(change)));
}

function further(change: Partial<Verification> = {}): string {
  return codeOf(() => verifyNonAdjacent(verification({ untrusted: at(5), ...change })));
}

/** The header changed and signed anew. */
function changed(height: number, fields: Partial<Header>): Verification["untrusted"] {
  const header = { ...at(height).header, ...fields };
  return { ...signed(header, four.signers), validators: four.set };
}

describe("the next header", () => {
  it("is trusted when the validators that the trusted one names next decided it", () => {
    assert.equal(adjacent(), "accepted");
    const trusted = at(1, { now: four, next: strangers });
    assert.equal(adjacent({ trusted, untrusted: at(2, { now: strangers }) }), "accepted");
    assert.equal(adjacent({ trusted }), "NEXT_VALIDATORS");
  });

  it("is the next one", () => {
    assert.equal(adjacent({ untrusted: at(3) }), "HEIGHT_ORDER");
    assert.equal(adjacent({ untrusted: at(1) }), "HEIGHT_ORDER");
  });

  it("is decided by more than two thirds", () => {
    const { header } = at(2);
    const half = signed(header, four.signers.slice(2));
    const absent = { kind: "absent" } as const;
    const commit = { ...half.commit, signatures: [absent, absent, ...half.commit.signatures] };
    const untrusted = { header, commit, validators: four.set };
    assert.equal(adjacent({ untrusted }), "COMMIT_INVALID");
  });

  it("comes with its own validators and commit", () => {
    const untrusted = at(2);
    const foreign = { ...untrusted, validators: strangers.set };
    assert.equal(adjacent({ untrusted: foreign }), "VALIDATORS_HASH");
    const other = { ...untrusted, commit: at(3).commit };
    assert.equal(adjacent({ untrusted: other }), "COMMIT_MISFIT");
    const sameHeight = { ...untrusted, commit: changed(2, { appHash: aHash("x") }).commit };
    assert.equal(adjacent({ untrusted: sameHeight }), "COMMIT_MISFIT");
    const malformed = changed(2, { version: { block: 10n, app: 0n } });
    assert.equal(adjacent({ untrusted: malformed }), "COMMIT_MISFIT");
  });

  it("is of the same chain, later, and not from the future", () => {
    assert.equal(adjacent({ untrusted: changed(2, { chainId: "other" }) }), "CHAIN_ID");
    assert.equal(adjacent({ untrusted: changed(2, { time: aTime(1) }) }), "TIME_ORDER");
    assert.equal(adjacent({ untrusted: changed(2, { time: aTime(20) }) }), "TIME_FUTURE");
    const edge = createTime(aTime(20) - 1n);
    assert.equal(adjacent({ untrusted: changed(2, { time: edge }) }), "accepted");
  });

  it("is not trusted by a header that is too old itself", () => {
    assert.equal(adjacent({ trustingPeriod: 9_000_000_001n }), "accepted");
    assert.equal(adjacent({ trustingPeriod: 9_000_000_000n }), "TRUST_EXPIRED");
    assert.equal(further({ trustingPeriod: 9_000_000_000n }), "TRUST_EXPIRED");
  });
});

function level(numerator: bigint, denominator: bigint): string {
  return further({ trustLevel: { numerator, denominator } });
}

function verify(change: Partial<Verification>): string {
  return codeOf(() => verifyHeader(verification(change)));
}

function answer(name: string): JsonNode {
  return readVectors(`cometbft-rpc/incoming/${name}.json`).get("result");
}

describe("a header further on", () => {
  it("is trusted when enough of the trusted validators signed it, and its own decided it", () => {
    assert.equal(further(), "accepted");
    const mixed = aValidatorSet([10n, 10n, 1n, 1n, 1n]);
    assert.equal(further({ untrusted: at(5, { now: mixed }) }), "accepted");
    const one = aValidatorSet([10n]);
    assert.equal(further({ untrusted: at(5, { now: one }) }), "TRUST_INSUFFICIENT");
  });

  it("asks for more trusted power at a higher level", () => {
    const untrusted = at(5, { now: aValidatorSet([10n, 10n]) });
    assert.equal(further({ untrusted }), "accepted");
    const trustLevel = { numerator: 2n, denominator: 3n };
    assert.equal(further({ untrusted, trustLevel }), "TRUST_INSUFFICIENT");
    assert.equal(further({ untrusted: at(5, { now: strangers }) }), "TRUST_INSUFFICIENT");
  });

  it("is not the next one, nor an earlier one", () => {
    assert.equal(further({ untrusted: at(2) }), "HEIGHT_ORDER");
    assert.equal(further({ trusted: at(9) }), "HEIGHT_ORDER");
  });

  it("is refused where a trusted validator's signature is forged", () => {
    const untrusted = at(5);
    const { commit } = untrusted;
    const signatures = commit.signatures.map((sig) =>
      sig.kind === "absent" ? sig : { ...sig, signature: new Uint8Array(64) },
    );
    const forged = { ...untrusted, commit: { ...commit, signatures } };
    assert.equal(further({ untrusted: forged }), "COMMIT_INVALID");
  });

  it("is refused where trusted signers are enough, but its own did not decide it", () => {
    const whole = at(5);
    const [one, two] = whole.commit.signatures;
    assert.ok(one !== undefined && two !== undefined);
    const absent = { kind: "absent" } as const;
    const commit = { ...whole.commit, signatures: [one, two, absent, absent] };
    assert.equal(further({ untrusted: { ...whole, commit } }), "COMMIT_INVALID");
  });

  it("is asked for a level of trust within 1/3 and 1", () => {
    assert.equal(level(1n, 3n), "accepted");
    assert.equal(level(1n, 4n), "TRUST_LEVEL");
    assert.equal(level(4n, 3n), "TRUST_LEVEL");
    assert.equal(level(1n, 0n), "TRUST_LEVEL");
    // All of the power is never more than all of it.
    assert.equal(level(1n, 1n), "TRUST_INSUFFICIENT");
  });
});

describe("any header", () => {
  it("is verified by the rule that its height asks for", () => {
    assert.equal(verify({}), "accepted");
    assert.equal(verify({ untrusted: at(7) }), "accepted");
    assert.equal(verify({ untrusted: at(1) }), "HEIGHT_ORDER");
    const trusted = at(1, { now: four, next: strangers });
    assert.equal(verify({ trusted }), "NEXT_VALIDATORS");
    assert.equal(verify({ trusted, untrusted: at(3) }), "accepted");
  });

  it("that a CometBFT recorded follows from the genesis validators' first block", () => {
    const genesis = parseGenesis(JSON.stringify(answer("genesis").get("genesis").value));
    assert.ok(genesis.kind === "ok");
    const validators = createValidatorSet(genesis.value.validators);
    const [first] = answer("blockchain_from_1_to_10").get("block_metas").list().toReversed();
    const tenth = answer("commit_at_height_10").get("signed_header");
    assert.ok(first !== undefined);
    const trusted = { header: headerFromJson(first.get("header").value), validators };
    const header = headerFromJson(tenth.get("header").value);
    const commit = commitFromJson(tenth.get("commit").value);
    const untrusted = { header, commit, validators };
    const now = createTime(header.time + 1n);
    const verdict = verifyHeader(verification({ trusted, untrusted, now }));
    assert.equal(verdict.kind, "ok");
  });
});

describe("an earlier header", () => {
  const untrusted = at(4).header;
  const lastBlockId = { ...aBlockId(), hash: hashHeader(untrusted) };
  const trusted = aHeader({ height: createHeight(5n), time: aTime(5), lastBlockId });
  const backwards = (change: { readonly trusted?: Header; readonly untrusted?: Header }): string =>
    codeOf(() => verifyBackwards({ trusted, untrusted, ...change }));

  it("is trusted when the next one names its hash", () => {
    assert.equal(backwards({}), "accepted");
    const other = { ...untrusted, appHash: aHash("other") };
    assert.equal(backwards({ untrusted: other }), "LAST_BLOCK_ID");
    const first = aHeader({ height: createHeight(5n), time: aTime(5) });
    assert.equal(backwards({ trusted: first }), "LAST_BLOCK_ID");
  });

  it("is right before it, earlier, and of the same chain", () => {
    assert.equal(backwards({ untrusted: at(3).header }), "HEIGHT_ORDER");
    assert.equal(backwards({ untrusted: { ...untrusted, time: aTime(5) } }), "TIME_ORDER");
    assert.equal(backwards({ untrusted: { ...untrusted, chainId: "other" } }), "CHAIN_ID");
  });
});
