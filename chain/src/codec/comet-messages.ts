/**
 * The envelopes that CometBFT v0.38's programs send one another (proto/tendermint/{consensus,
 * blocksync,mempool,statesync,p2p,privval}). Each `…Message` is a oneof: exactly one of its fields
 * is there.
 */
import {
  blockIdWire,
  blockWire,
  extendedCommitWire,
  partSetHeaderWire,
  partWire,
  proposalWire,
  publicKeyWire,
  voteWire,
} from "./comet-types.ts";
import {
  bool,
  bytes,
  byteStrings,
  embedded,
  enumeration,
  int32,
  int64,
  message,
  optional,
  repeated,
  string,
  uint32,
  uint64,
  uint64s,
} from "./wire/index.ts";

export const bitArrayWire = message("tendermint.libs.bits.BitArray", {
  bits: int64(1),
  elems: uint64s(2),
});

export const consensusMessageWire = message("tendermint.consensus.Message", {
  newRoundStep: optional(
    1,
    message("tendermint.consensus.NewRoundStep", {
      height: int64(1),
      round: int32(2),
      step: uint32(3),
      secondsSinceStartTime: int64(4),
      lastCommitRound: int32(5),
    }),
  ),
  newValidBlock: optional(
    2,
    message("tendermint.consensus.NewValidBlock", {
      height: int64(1),
      round: int32(2),
      blockPartSetHeader: embedded(3, partSetHeaderWire),
      blockParts: optional(4, bitArrayWire),
      isCommit: bool(5),
    }),
  ),
  proposal: optional(
    3,
    message("tendermint.consensus.Proposal", { proposal: embedded(1, proposalWire) }),
  ),
  proposalPol: optional(
    4,
    message("tendermint.consensus.ProposalPOL", {
      height: int64(1),
      proposalPolRound: int32(2),
      proposalPol: embedded(3, bitArrayWire),
    }),
  ),
  blockPart: optional(
    5,
    message("tendermint.consensus.BlockPart", {
      height: int64(1),
      round: int32(2),
      part: embedded(3, partWire),
    }),
  ),
  vote: optional(6, message("tendermint.consensus.Vote", { vote: optional(1, voteWire) })),
  hasVote: optional(
    7,
    message("tendermint.consensus.HasVote", {
      height: int64(1),
      round: int32(2),
      type: enumeration(3),
      index: int32(4),
    }),
  ),
  voteSetMaj23: optional(
    8,
    message("tendermint.consensus.VoteSetMaj23", {
      height: int64(1),
      round: int32(2),
      type: enumeration(3),
      blockId: embedded(4, blockIdWire),
    }),
  ),
  voteSetBits: optional(
    9,
    message("tendermint.consensus.VoteSetBits", {
      height: int64(1),
      round: int32(2),
      type: enumeration(3),
      blockId: embedded(4, blockIdWire),
      votes: embedded(5, bitArrayWire),
    }),
  ),
});

export const blockSyncMessageWire = message("tendermint.blocksync.Message", {
  blockRequest: optional(1, message("tendermint.blocksync.BlockRequest", { height: int64(1) })),
  noBlockResponse: optional(
    2,
    message("tendermint.blocksync.NoBlockResponse", { height: int64(1) }),
  ),
  blockResponse: optional(
    3,
    message("tendermint.blocksync.BlockResponse", {
      block: optional(1, blockWire),
      extCommit: optional(2, extendedCommitWire),
    }),
  ),
  statusRequest: optional(4, message("tendermint.blocksync.StatusRequest", {})),
  statusResponse: optional(
    5,
    message("tendermint.blocksync.StatusResponse", { height: int64(1), base: int64(2) }),
  ),
});

export const mempoolMessageWire = message("tendermint.mempool.Message", {
  txs: optional(1, message("tendermint.mempool.Txs", { txs: byteStrings(1) })),
});

export const stateSyncMessageWire = message("tendermint.statesync.Message", {
  snapshotsRequest: optional(1, message("tendermint.statesync.SnapshotsRequest", {})),
  snapshotsResponse: optional(
    2,
    message("tendermint.statesync.SnapshotsResponse", {
      height: uint64(1),
      format: uint32(2),
      chunks: uint32(3),
      hash: bytes(4),
      metadata: bytes(5),
    }),
  ),
  chunkRequest: optional(
    3,
    message("tendermint.statesync.ChunkRequest", {
      height: uint64(1),
      format: uint32(2),
      index: uint32(3),
    }),
  ),
  chunkResponse: optional(
    4,
    message("tendermint.statesync.ChunkResponse", {
      height: uint64(1),
      format: uint32(2),
      index: uint32(3),
      chunk: bytes(4),
      missing: bool(5),
    }),
  ),
});

export const packetWire = message("tendermint.p2p.Packet", {
  packetPing: optional(1, message("tendermint.p2p.PacketPing", {})),
  packetPong: optional(2, message("tendermint.p2p.PacketPong", {})),
  packetMsg: optional(
    3,
    message("tendermint.p2p.PacketMsg", { channelId: int32(1), eof: bool(2), data: bytes(3) }),
  ),
});

export const peerExchangeMessageWire = message("tendermint.p2p.Message", {
  pexRequest: optional(1, message("tendermint.p2p.PexRequest", {})),
  pexAddrs: optional(
    2,
    message("tendermint.p2p.PexAddrs", {
      addrs: repeated(
        1,
        message("tendermint.p2p.NetAddress", { id: string(1), ip: string(2), port: uint32(3) }),
      ),
    }),
  ),
});

const signerErrorWire = message("tendermint.privval.RemoteSignerError", {
  code: int32(1),
  description: string(2),
});

export const signerMessageWire = message("tendermint.privval.Message", {
  pubKeyRequest: optional(1, message("tendermint.privval.PubKeyRequest", { chainId: string(1) })),
  pubKeyResponse: optional(
    2,
    message("tendermint.privval.PubKeyResponse", {
      publicKey: embedded(1, publicKeyWire),
      error: optional(2, signerErrorWire),
    }),
  ),
  signVoteRequest: optional(
    3,
    message("tendermint.privval.SignVoteRequest", {
      vote: optional(1, voteWire),
      chainId: string(2),
    }),
  ),
  signedVoteResponse: optional(
    4,
    message("tendermint.privval.SignedVoteResponse", {
      vote: embedded(1, voteWire),
      error: optional(2, signerErrorWire),
    }),
  ),
  signProposalRequest: optional(
    5,
    message("tendermint.privval.SignProposalRequest", {
      proposal: optional(1, proposalWire),
      chainId: string(2),
    }),
  ),
  signedProposalResponse: optional(
    6,
    message("tendermint.privval.SignedProposalResponse", {
      proposal: embedded(1, proposalWire),
      error: optional(2, signerErrorWire),
    }),
  ),
  pingRequest: optional(7, message("tendermint.privval.PingRequest", {})),
  pingResponse: optional(8, message("tendermint.privval.PingResponse", {})),
});
