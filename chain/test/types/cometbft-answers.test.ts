import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { brand, ChainError, hexFromBytes } from "@pyralog/chain/base";
import { proofWire } from "@pyralog/chain/codec";
import {
  blockIdOf,
  blockToJson,
  checkBlockHashes,
  commitToJson,
  consensusParamsToJson,
  consensusParamUpdatesToJson,
  createHeight,
  createPower,
  createRound,
  createTime,
  createValidatorSet,
  decodeBlock,
  decodeBlockResults,
  decodeCommit,
  decodeConsensusMessage,
  decodeConsensusParams,
  decodeEvidence,
  decodeHeader,
  decodePart,
  decodeProposal,
  decodeValidatorSet,
  decodeVote,
  encodeBlock,
  encodeBlockResults,
  encodeCommit,
  encodeConsensusMessage,
  encodeConsensusParams,
  encodeEvidence,
  encodeHeader,
  encodePart,
  encodeProposal,
  encodeValidatorSet,
  encodeVote,
  eventToJson,
  evidenceHash,
  evidenceToJson,
  genesisToJson,
  hashCommit,
  hashConsensusParams,
  hashEvidence,
  hashHeader,
  hashResults,
  hashValidatorSet,
  headerToJson,
  incrementProposerPriority,
  JsonNode,
  medianTime,
  nil,
  parseGenesis,
  partSetFromBytes,
  proposalSignBytes,
  proposalToJson,
  txResultToJson,
  txResultToSparseJson,
  updateValidatorSet,
  validateConsensusParams,
  validatorAddress,
  validatorToJson,
  validatorUpdateToJson,
  voteExtensionSignBytes,
  voteSignBytes,
  voteToJson,
  type CommitSig,
  type PublicKey,
  type ValidatorSet,
  type ValidatorUpdate,
} from "@pyralog/chain/types";

const chainId = "answers-1";
const second = 1_000_000_000n;
const path = new URL("../../../testnet/vectors/cometbft-answers/answers.jsonl", import.meta.url);
const cases = readFileSync(path, "utf8")
  .trim()
  .split("\n")
  .map((line) => new JsonNode(JSON.parse(line)));

const hex = hexFromBytes;

/** Go writes an empty list that nobody made as null. */
function listed<Item>(items: readonly Item[], toJson: (item: Item) => unknown): unknown {
  return items.length === 0 ? null : items.map((item) => toJson(item));
}

/** The public key with the number in its first bytes. */
function keyOf(number: number): PublicKey {
  const bytes = new Uint8Array(32);
  bytes.set([number % 256, (number - (number % 256)) / 256]);
  return { type: "ed25519", bytes };
}

const answerers: Readonly<Record<string, (entry: JsonNode) => unknown>> = {
  vote(entry) {
    const vote = decodeVote(bytesOf(entry));
    return {
      bytes: hex(encodeVote(vote)),
      extensionSignBytes: hex(voteExtensionSignBytes({ chainId, vote })),
      json: voteToJson(vote),
      signBytes: hex(voteSignBytes({ chainId, vote })),
    };
  },
  proposal(entry) {
    const proposal = decodeProposal(bytesOf(entry));
    return {
      bytes: hex(encodeProposal(proposal)),
      json: proposalToJson(proposal),
      signBytes: hex(proposalSignBytes({ chainId, proposal })),
    };
  },
  part: (entry) => ({ bytes: hex(encodePart(decodePart(bytesOf(entry)))) }),
  commit(entry) {
    const commit = decodeCommit(bytesOf(entry));
    const json = commitToJson(commit);
    return { bytes: hex(encodeCommit(commit)), hash: hex(hashCommit(commit)), json };
  },
  header(entry) {
    const header = decodeHeader(bytesOf(entry));
    const json = headerToJson(header);
    return { bytes: hex(encodeHeader(header)), hash: hex(hashHeader(header)), json };
  },
  evidence(entry) {
    const evidence = decodeEvidence(bytesOf(entry));
    return {
      bytes: hex(encodeEvidence(evidence)),
      hash: hex(evidenceHash(evidence)),
      json: [evidenceToJson(evidence)],
      listHash: hex(hashEvidence([evidence])),
    };
  },
  block(entry) {
    const block = checkBlockHashes(decodeBlock(bytesOf(entry)));
    const { blockId } = blockIdOf(block);
    return {
      bytes: hex(encodeBlock(block)),
      hash: hex(blockId.hash),
      json: blockToJson(block),
      partsHash: hex(blockId.parts.hash),
    };
  },
  message: (entry) => ({
    bytes: hex(encodeConsensusMessage(decodeConsensusMessage(bytesOf(entry)))),
  }),
  "validator-set"(entry) {
    const set = decodeValidatorSet(bytesOf(entry));
    return {
      bytes: hex(encodeValidatorSet(set)),
      hash: hex(hashValidatorSet(set)),
      json: set.validators.map(validatorToJson),
    };
  },
  params(entry) {
    const params = decodeConsensusParams(bytesOf(entry));
    const valid = validateConsensusParams(params);
    if (valid.kind === "refused") throw valid.error;
    return {
      bytes: hex(encodeConsensusParams(params)),
      hash: hex(hashConsensusParams(params)),
      json: consensusParamsToJson(params),
      updateJson: consensusParamUpdatesToJson(params),
    };
  },
  results(entry) {
    const results = decodeBlockResults(bytesOf(entry));
    return {
      bytes: hex(encodeBlockResults(results)),
      events: listed(results.events, eventToJson),
      hash: hex(hashResults(results.txResults)),
      paramsIsNil: results.consensusParamUpdates === undefined,
      sparse: results.txResults.map(txResultToSparseJson),
      txResults: listed(results.txResults, txResultToJson),
      validators: listed(results.validatorUpdates, validatorUpdateToJson),
    };
  },
  "validator-changes": (entry) => statesAfter(entry.get("steps").list()),
  median(entry) {
    const [powers, flags, times] = ["powers", "flags", "times"].map((name) =>
      entry
        .get(name)
        .list()
        .map((number) => number.int32()),
    );
    return Number(medianOf(powers ?? [], { flags: flags ?? [], times: times ?? [] }) / second);
  },
  "part-set"(entry) {
    const size = entry.get("size").int32();
    const { header, parts } = partSetFromBytes(Uint8Array.from({ length: size }, (_, i) => i * 7));
    const proofs = parts.map(({ proof }) => {
      const { total, index, leafHash, aunts } = proof;
      return hex(proofWire.encode({ total: BigInt(total), index: BigInt(index), leafHash, aunts }));
    });
    return { hash: hex(header.hash), proofs };
  },
  genesis(entry) {
    const genesis = parseGenesis(entry.get("document").text());
    if (genesis.kind === "refused") throw genesis.error;
    return { json: genesisToJson(genesis.value) };
  },
};

function bytesOf(entry: JsonNode): Uint8Array {
  return entry.get("bytes").hex();
}

function medianOf(
  powers: readonly number[],
  signed: { readonly flags: readonly number[]; readonly times: readonly number[] },
): bigint {
  const set = createValidatorSet(
    powers.map((value, number) => ({
      publicKey: keyOf(number),
      power: createPower(BigInt(value)),
    })),
  );
  const signatures = signed.flags.map((flag, number): CommitSig => {
    if (flag === 1) return { kind: "absent" };
    return {
      kind: flag === 2 ? "commit" : "nil",
      validatorAddress: validatorAddress(keyOf(number)),
      time: createTime(BigInt(signed.times[number] ?? 0) * second),
      signature: Uint8Array.of(1),
    };
  });
  const [height, round] = [createHeight(0n), createRound(0)];
  return medianTime({ height, round, blockId: nil, signatures }, set);
}

function statesAfter(steps: readonly JsonNode[]): readonly string[] {
  let set: ValidatorSet | undefined;
  return steps.map((step) => {
    const turns = step.get("turns").int32();
    if (set !== undefined && turns > 0) {
      set = incrementProposerPriority(set, turns);
      return stateOf(set);
    }
    const updates = step.get("update").list().map(updateOf);
    if (set === undefined) {
      set = createValidatorSet(updates);
      return stateOf(set);
    }
    const changed = updateValidatorSet(set, updates);
    if (changed.kind === "refused") return "refused";
    set = changed.value;
    return stateOf(incrementProposerPriority(set, 1));
  });
}

/** Powers as an application may send them: negative ones are refused with the whole change. */
function updateOf(node: JsonNode): ValidatorUpdate {
  const [number, power] = node.list();
  assert.ok(number !== undefined && power !== undefined && typeof power.value === "number");
  return { publicKey: keyOf(number.int32()), power: brand(BigInt(power.value)) };
}

function stateOf(set: ValidatorSet): string {
  return [
    ...set.validators.map(
      ({ address, power, proposerPriority }) => `${hex(address)}:${power}:${proposerPriority}`,
    ),
    hex(set.proposer.address),
    hex(hashValidatorSet(set)),
    String(set.powerTotal),
  ].join(" ");
}

/** What we answer, as JSON keeps it; or the code of our refusal. */
function ours(entry: JsonNode): { readonly answer: unknown } | { readonly code: string } {
  const answerer = answerers[entry.get("kind").text()];
  assert.ok(answerer !== undefined);
  try {
    return { answer: JSON.parse(JSON.stringify(answerer(entry))) };
  } catch (error) {
    if (error instanceof ChainError) return { code: error.code };
    throw error;
  }
}

const verdicts = cases.map((entry) => ({
  kind: entry.get("kind").text(),
  theirs: entry.get("answer").value,
  ours: ours(entry),
}));

describe("CometBFT v0.38.25's answers to 712 cases", () => {
  it("are of every kind, refusals among them", () => {
    assert.equal(verdicts.length, 712);
    assert.deepEqual([...new Set(verdicts.map(({ kind }) => kind))], Object.keys(answerers));
    assert.equal(verdicts.filter(({ theirs }) => theirs === "refused").length, 262);
  });

  it("are ours wherever both accept: encodings, hashes, sign bytes, sets, times and JSON", () => {
    let agreed = 0;
    for (const { theirs, ours: mine } of verdicts) {
      if (theirs === "refused" || "code" in mine) continue;
      // Through text, so that the order of JSON's members counts as well.
      assert.equal(JSON.stringify(mine.answer), JSON.stringify(theirs));
      agreed++;
    }
    assert.equal(agreed, 440);
  });

  it("are refusals wherever we accept nothing that it refuses", () => {
    const laxer = verdicts.filter(
      ({ theirs, ours: mine }) => theirs === "refused" && !("code" in mine),
    );
    assert.deepEqual(laxer, []);
  });

  it("differ only where we are stricter, each for a reason", () => {
    const stricter = verdicts.flatMap(({ kind, theirs, ours: mine }) =>
      theirs !== "refused" && "code" in mine ? [`${kind}: ${mine.code}`] : [],
    );
    assert.deepEqual(stricter, [
      // A proof for a place that its tree does not have: it could never verify.
      ...Array.from({ length: 4 }, () => "part: PROOF_INVALID"),
      // Half a block id: it could never be that of the last block.
      "header: BLOCK_ID_PARTIAL",
      // A negative power: it could never be that of a validator.
      "evidence: VALUE_RANGE",
      "message: BLOCK_ID_PARTIAL",
      "message: PROOF_INVALID",
      // A validator with negative power, which CometBFT finds only when it makes the set.
      "genesis: GENESIS_INVALID",
      // A comma before the fraction of a second, which Go's reader lets through.
      "genesis: JSON_INVALID",
    ]);
  });
});
