/**
 * CometBFT v0.38's data as this project holds it in memory. Byte forms, hashes and rules stand in
 * the files beside this one; here are only the shapes. Nothing in it changes after it was made.
 */
import type { Branded } from "#base";

/** The number of a block, counted from one; zero stands for "before the first block". */
export type Height = Branded<bigint, "height">;

/** The number of an attempt within a height, counted from zero. */
export type Round = Branded<number, "round">;

/** Nanoseconds since the Unix epoch; may be negative (Go's zero time is in the year 1). */
export type Time = Branded<bigint, "time">;

/** Voting power of one validator or of a whole set: bonded base units / power reduction. */
export type Power = Branded<bigint, "power">;

/** Twenty bytes: sha256(ed25519 key)[:20] for validators. */
export type Address = Branded<Uint8Array, "address">;

export interface PublicKey {
  readonly type: "ed25519" | "secp256k1";
  readonly bytes: Uint8Array;
}

export interface PartSetHeader {
  readonly total: number;
  readonly hash: Uint8Array;
}

/** Names one block: its header's hash and the parts that carry it. */
export interface BlockId {
  readonly kind: "block";
  readonly hash: Uint8Array;
  readonly parts: PartSetHeader;
}

/** A vote for no block, and the last block before the first one. */
export interface Nil {
  readonly kind: "nil";
}

export type BlockIdOrNil = BlockId | Nil;

export interface MerkleProof {
  readonly total: number;
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly aunts: readonly Uint8Array[];
}

export interface Part {
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly proof: MerkleProof;
}

export type VoteType = "prevote" | "precommit";

export interface Vote {
  readonly type: VoteType;
  readonly height: Height;
  readonly round: Round;
  readonly blockId: BlockIdOrNil;
  readonly time: Time;
  readonly validatorAddress: Address;
  readonly validatorIndex: number;
  readonly signature: Uint8Array;
  readonly extension: Uint8Array;
  readonly extensionSignature: Uint8Array;
}

export interface Proposal {
  readonly height: Height;
  readonly round: Round;
  /** The proof-of-lock round, −1 on the wire where there is none. */
  readonly validRound: Round | Nil;
  readonly blockId: BlockId;
  readonly time: Time;
  readonly signature: Uint8Array;
}

/** One validator's place in a commit: no vote, a vote for the block, or a vote for nil. */
export type CommitSig =
  | { readonly kind: "absent" }
  | {
      readonly kind: "commit" | "nil";
      readonly validatorAddress: Address;
      readonly time: Time;
      readonly signature: Uint8Array;
    };

export interface Commit {
  readonly height: Height;
  readonly round: Round;
  readonly blockId: BlockIdOrNil;
  readonly signatures: readonly CommitSig[];
}

export interface Header {
  readonly version: { readonly block: bigint; readonly app: bigint };
  readonly chainId: string;
  readonly height: Height;
  readonly time: Time;
  readonly lastBlockId: BlockIdOrNil;
  readonly lastCommitHash: Uint8Array;
  readonly dataHash: Uint8Array;
  readonly validatorsHash: Uint8Array;
  readonly nextValidatorsHash: Uint8Array;
  readonly consensusHash: Uint8Array;
  readonly appHash: Uint8Array;
  readonly lastResultsHash: Uint8Array;
  readonly evidenceHash: Uint8Array;
  readonly proposerAddress: Address;
}

export interface Validator {
  readonly address: Address;
  readonly publicKey: PublicKey;
  readonly power: Power;
  readonly proposerPriority: bigint;
}

/** What an application asks for: power zero removes. */
export interface ValidatorUpdate {
  readonly publicKey: PublicKey;
  readonly power: Power;
}

export interface DuplicateVoteEvidence {
  readonly kind: "duplicate-vote";
  readonly voteA: Vote;
  readonly voteB: Vote;
  readonly powerTotal: Power;
  readonly validatorPower: Power;
  readonly time: Time;
}

/** A light-client attack is kept as the bytes it came in until its own verification is written. */
export type Evidence = DuplicateVoteEvidence;

export interface Block {
  readonly header: Header;
  readonly txs: readonly Uint8Array[];
  readonly evidence: readonly Evidence[];
  readonly lastCommit: Commit;
}

export interface ConsensusParams {
  readonly block: { readonly maxBytes: bigint; readonly maxGas: bigint };
  readonly evidence: {
    readonly maxAgeNumBlocks: bigint;
    /** Nanoseconds. */
    readonly maxAgeDuration: bigint;
    readonly maxBytes: bigint;
  };
  readonly validator: { readonly pubKeyTypes: readonly string[] };
  readonly version: { readonly app: bigint };
  readonly abci: { readonly voteExtensionsEnableHeight: Height };
}

export interface EventAttribute {
  readonly key: string;
  readonly value: string;
  readonly index: boolean;
}

export interface ChainEvent {
  readonly type: string;
  readonly attributes: readonly EventAttribute[];
}

/** ABCI's ExecTxResult; the results hash covers code, data, gasWanted and gasUsed alone. */
export interface TxResult {
  readonly code: number;
  readonly data: Uint8Array;
  readonly log: string;
  readonly info: string;
  readonly gasWanted: bigint;
  readonly gasUsed: bigint;
  readonly events: readonly ChainEvent[];
  readonly codespace: string;
}
