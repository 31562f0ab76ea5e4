import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { bytesFromHex, bytesFromText, emptyBytes, hexFromBytes } from "@pyralog/chain/base";
import {
  blockSyncMessageWire,
  CodecError,
  consensusMessageWire,
  evidenceListWire,
  mempoolMessageWire,
  packetWire,
  peerExchangeMessageWire,
  signerMessageWire,
  stateSyncMessageWire,
  type Message,
} from "@pyralog/chain/codec";
import { sha256 } from "@pyralog/chain/crypto";
import { readVectors } from "../types/read-vectors.ts";

const cases = readVectors("cometbft/p2p_privval_wire.json").get("cases").list();
const text = bytesFromText;
const max64 = 2n ** 63n - 1n;
const max32 = 2 ** 31 - 1;

const filler = text("add_more_exclamation_marks_code-");
const fillerId = { hash: filler, parts: { total: 1, hash: filler } };
const noon = { seconds: 1_535_630_400n, nanos: 0 };
const goZero = { seconds: -62_135_596_800n, nanos: 0 };
const harvest = { seconds: 1_570_983_284n, nanos: 0 };
const place = { height: 1n, round: 1 };
const noBits = { bits: 0n, elems: [] };
const oneBit = { bits: 1n, elems: [0n] };
const none = consensusMessageWire.empty();

const blankVote = {
  type: 2,
  height: 1n,
  round: 0,
  blockId: fillerId,
  timestamp: noon,
  validatorAddress: text("add_more_exclamation"),
  validatorIndex: 1,
  signature: emptyBytes,
  extension: emptyBytes,
  extensionSignature: emptyBytes,
};

const consensus = [
  {
    newRoundStep: { ...place, step: 1, secondsSinceStartTime: 1n, lastCommitRound: 1 },
  },
  {
    newRoundStep: {
      height: max64,
      round: max32,
      step: 2 ** 32 - 1,
      secondsSinceStartTime: max64,
      lastCommitRound: max32,
    },
  },
  {
    newValidBlock: {
      ...place,
      blockPartSetHeader: fillerId.parts,
      blockParts: oneBit,
      isCommit: false,
    },
  },
  {
    proposal: {
      proposal: {
        type: 32,
        ...place,
        polRound: 1,
        blockId: fillerId,
        timestamp: noon,
        signature: text("add_more_exclamation"),
      },
    },
  },
  { proposalPol: { height: 1n, proposalPolRound: 1, proposalPol: noBits } },
  {
    blockPart: {
      ...place,
      part: {
        index: 1,
        bytes: text("test"),
        proof: { total: 1n, index: 1n, leafHash: filler, aunts: [] },
      },
    },
  },
  { vote: { vote: blankVote } },
  { vote: { vote: { ...blankVote, extension: text("extension") } } },
  { hasVote: { ...place, type: 1, index: 1 } },
  { hasVote: { height: max64, round: max32, type: 1, index: max32 } },
  { voteSetMaj23: { ...place, type: 1, blockId: fillerId } },
  { voteSetBits: { ...place, type: 1, blockId: fillerId, votes: oneBit } },
].map((message) => consensusMessageWire.encode({ ...none, ...message }));

const noSync = blockSyncMessageWire.empty();
const firstBlock = {
  header: {
    version: { block: 11n, app: 0n },
    chainId: "",
    height: 3n,
    time: goZero,
    lastBlockId: { hash: emptyBytes, parts: { total: 0, hash: emptyBytes } },
    lastCommitHash: emptyBytes,
    dataHash: sha256(Uint8Array.of(0, ...sha256(text("Hello World")))),
    validatorsHash: emptyBytes,
    nextValidatorsHash: emptyBytes,
    consensusHash: emptyBytes,
    appHash: emptyBytes,
    lastResultsHash: emptyBytes,
    evidenceHash: sha256(emptyBytes),
    proposerAddress: emptyBytes,
  },
  data: { txs: [text("Hello World")] },
  evidence: { evidence: [] },
  lastCommit: undefined,
};

const blockSync = [
  { blockRequest: { height: 1n } },
  { blockRequest: { height: max64 } },
  { blockResponse: { block: firstBlock, extCommit: undefined } },
  { noBlockResponse: { height: 1n } },
  { noBlockResponse: { height: max64 } },
  { statusRequest: {} },
  { statusResponse: { height: 1n, base: 2n } },
  { statusResponse: { height: max64, base: max64 } },
].map((message) => blockSyncMessageWire.encode({ ...noSync, ...message }));

const mempool = [Uint8Array.of(123), text("proto encoding in mempool")].map((tx) =>
  mempoolMessageWire.encode({ txs: { txs: [tx] } }),
);

const signedId = {
  hash: sha256(text("blockID_hash")),
  parts: { total: 1_000_000, hash: sha256(text("blockID_part_set_header_hash")) },
};
const signedVote = {
  type: 2,
  height: 3n,
  round: 2,
  blockId: signedId,
  timestamp: harvest,
  validatorAddress: sha256(text("validator_address")).subarray(0, 20),
  validatorIndex: 56_789,
  signature: emptyBytes,
  extension: text("extension"),
  extensionSignature: emptyBytes,
};
const signedProposal = {
  type: 1,
  height: 3n,
  round: 2,
  polRound: 2,
  blockId: signedId,
  timestamp: harvest,
  signature: text("it's a signature"),
};
const zeroId = { hash: emptyBytes, parts: { total: 0, hash: emptyBytes } };
const zeroVote = {
  ...signedVote,
  type: 0,
  height: 0n,
  round: 0,
  blockId: zeroId,
  timestamp: goZero,
  validatorAddress: emptyBytes,
  validatorIndex: 0,
  extension: emptyBytes,
};
const zeroProposal = {
  ...signedProposal,
  type: 0,
  height: 0n,
  round: 0,
  polRound: 0,
  blockId: zeroId,
  timestamp: goZero,
  signature: emptyBytes,
};

const strike = { seconds: 1_514_170_801n, nanos: 234_000_000 };
const struckVote = { ...signedVote, timestamp: strike, extension: emptyBytes };
const evidence = [
  evidenceListWire.encode({
    evidence: [
      {
        duplicateVote: {
          voteA: struckVote,
          voteB: { ...struckVote, type: 1 },
          totalVotingPower: 10n,
          validatorPower: 10n,
          timestamp: { seconds: 1_546_300_800n, nanos: 0 },
        },
        lightClientAttack: undefined,
      },
    ],
  }),
];

const noState = stateSyncMessageWire.empty();
const snapshot = { height: 1n, format: 2 };
const stateSync = [
  { snapshotsRequest: {} },
  {
    snapshotsResponse: {
      ...snapshot,
      chunks: 3,
      hash: text("chuck hash"),
      metadata: text("snapshot metadata"),
    },
  },
  { chunkRequest: { ...snapshot, index: 3 } },
  { chunkResponse: { ...snapshot, index: 3, chunk: text("it's a chunk"), missing: false } },
].map((message) => stateSyncMessageWire.encode({ ...noState, ...message }));

const noPacket = packetWire.empty();
const packets = [
  { packetPing: {} },
  { packetPong: {} },
  { packetMsg: { channelId: 1, eof: false, data: text("data transmitted over the wire") } },
].map((packet) => packetWire.encode({ ...noPacket, ...packet }));

const peerExchange = [
  { pexRequest: {}, pexAddrs: undefined },
  { pexRequest: undefined, pexAddrs: { addrs: [{ id: "1", ip: "127.0.0.1", port: 9090 }] } },
].map((message) => peerExchangeMessageWire.encode(message));

const noSigner = signerMessageWire.empty();
const publicKey = {
  ed25519: bytesFromHex("556a436f1218d30942efe798420f51dc9b6a311b929c578257457d05c5fcf230"),
  secp256k1: emptyBytes,
};
const error = { code: 1, description: "it's a error" };
const noKey = { ed25519: emptyBytes, secp256k1: emptyBytes };
const signer = [
  { pingRequest: {} },
  { pingResponse: {} },
  { pubKeyRequest: { chainId: "" } },
  { pubKeyResponse: { publicKey, error: undefined } },
  { pubKeyResponse: { publicKey: noKey, error } },
  { signVoteRequest: { vote: signedVote, chainId: "" } },
  { signedVoteResponse: { vote: signedVote, error: undefined } },
  { signedVoteResponse: { vote: zeroVote, error } },
  { signProposalRequest: { proposal: signedProposal, chainId: "" } },
  { signedProposalResponse: { proposal: signedProposal, error: undefined } },
  { signedProposalResponse: { proposal: zeroProposal, error } },
].map((message) => signerMessageWire.encode({ ...noSigner, ...message }));

/** By channel, in the order of the file. */
const encoded = new Map([
  ["consensus", consensus],
  ["blocksync", blockSync],
  ["mempool", mempool],
  ["evidence", evidence],
  ["statesync", stateSync],
  ["mconn", packets],
  ["pex", peerExchange],
  ["privval", signer],
]);

const tables = new Map<string, (bytes: Uint8Array) => Uint8Array>([
  ["consensus", again(consensusMessageWire)],
  ["blocksync", again(blockSyncMessageWire)],
  ["mempool", again(mempoolMessageWire)],
  ["evidence", again(evidenceListWire)],
  ["statesync", again(stateSyncMessageWire)],
  ["mconn", again(packetWire)],
  ["pex", again(peerExchangeMessageWire)],
  ["privval", again(signerMessageWire)],
]);

function again<Value>(table: Message<Value>): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => table.encode(table.decode(bytes, { unknown: "reject" }));
}

describe("CometBFT's messages", () => {
  it("encodes all 43 published messages to the published bytes", () => {
    for (const [channel, messages] of encoded) {
      const published = cases.filter((entry) => entry.get("channel").text() === channel);
      assert.deepEqual(
        messages.map(hexFromBytes),
        published.map((entry) => entry.get("hex").text()),
        channel,
      );
    }
    assert.equal([...encoded.values()].flat().length, cases.length);
  });

  it("decodes all 43 published messages, and encodes them again to the same bytes", () => {
    for (const entry of cases) {
      const table = tables.get(entry.get("channel").text());
      assert.equal(
        hexFromBytes(table?.(entry.get("hex").hex()) ?? emptyBytes),
        entry.get("hex").text(),
      );
    }
  });

  it("takes random bytes for a message or refuses them with a codec error, nothing else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const table of tables.values()) {
          try {
            table(bytes);
          } catch (refusal) {
            assert.ok(refusal instanceof CodecError);
          }
        }
      }),
    );
  });
});
