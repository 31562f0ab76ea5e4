/** Everything that the engine may ask of the outside, in the order in which it must be done. */
import type { Block, BlockId, Commit, Height, Nil, Part, Proposal, Round, Vote } from "#types";
import type { SignRequest } from "../sign-rule/sign-record.ts";
import type { PeerId, Step, TimeoutStep } from "./input.ts";
import type { WalEntry } from "./wal-entry.ts";

export type Effect =
  | { readonly kind: "append-wal"; readonly entry: WalEntry }
  /** What was appended so far survives a power cut before the next effect is begun. */
  | { readonly kind: "sync-wal" }
  /** Ask the sign rule, sign, save the record synced; answer with `signed` or `sign-refused`. */
  | { readonly kind: "sign"; readonly request: SignRequest }
  /**
   * Build a block on the last one (time from `lastCommit`, transactions by PrepareProposal) and
   * answer with `block-built`. At the first height `lastCommit` is the empty commit of height 0.
   */
  | {
      readonly kind: "build-block";
      readonly height: Height;
      readonly round: Round;
      readonly lastCommit: Commit;
    }
  /** valid(v) of the paper: validateBlock and ProcessProposal. Asked once per block and height. */
  | {
      readonly kind: "check-block";
      readonly height: Height;
      readonly block: Block;
      readonly blockId: BlockId;
      readonly parts: readonly Part[];
    }
  /** ExtendVote for our own precommit; answer with `vote-extended`. */
  | {
      readonly kind: "extend-vote";
      readonly height: Height;
      readonly round: Round;
      readonly block: Block;
      readonly blockId: BlockId;
    }
  /** VerifyVoteExtension of a precommit whose signatures hold; answer `extension-checked`. */
  | { readonly kind: "check-extension"; readonly vote: Vote }
  | {
      readonly kind: "schedule-timeout";
      readonly height: Height;
      readonly round: Round;
      readonly step: TimeoutStep;
      readonly durationMs: number;
    }
  /** New here and verified, from a peer or (`from` nil) by ourselves: peers may lack it. */
  | { readonly kind: "gained"; readonly gain: Gain; readonly from: Source }
  | {
      readonly kind: "step-changed";
      readonly height: Height;
      readonly round: Round;
      readonly step: Step;
    }
  /** Two votes of one validator, round and type, in the order that evidence wants. */
  | { readonly kind: "equivocation"; readonly voteA: Vote; readonly voteB: Vote }
  | { readonly kind: "punish"; readonly from: PeerId; readonly reason: PunishReason }
  /** The height is decided: save block and commit, apply it, then send `start-height`. */
  | {
      readonly kind: "decided";
      readonly height: Height;
      readonly round: Round;
      readonly block: Block;
      readonly blockId: BlockId;
      readonly parts: readonly Part[];
      /** The precommits seen so far; verified, whole. */
      readonly commit: Commit;
    };

export type Source = { readonly kind: "peer"; readonly peer: PeerId } | Nil;

export type Gain =
  | { readonly kind: "proposal"; readonly proposal: Proposal }
  | {
      readonly kind: "part";
      readonly height: Height;
      readonly round: Round;
      readonly part: Part;
    }
  | { readonly kind: "vote"; readonly vote: Vote };

/**
 * - `VOTE_FOREIGN`: the voter is not in the validator set, or index and address disagree.
 * - `VOTE_MALFORMED`: a field that no correct validator sends.
 * - `VOTE_SIGNATURE`, `PROPOSAL_SIGNATURE`: the signature does not verify.
 * - `PROPOSAL_MALFORMED`: valid round not before the round, or an empty block id.
 * - `PROPOSAL_TOO_LARGE`: more parts than a block of this chain can have.
 * - `PART_INVALID`: a part that belongs to no part set, as its index is not its proof's.
 * - `UNVERIFIED_BYTES`: too many bytes, in one height, of parts that fit no known part set.
 * - `COMMIT_INVALID`: a commit for this height that does not verify, or not for this block.
 */
export type PunishReason =
  | "VOTE_FOREIGN"
  | "VOTE_MALFORMED"
  | "VOTE_SIGNATURE"
  | "PROPOSAL_SIGNATURE"
  | "PROPOSAL_MALFORMED"
  | "PROPOSAL_TOO_LARGE"
  | "PART_INVALID"
  | "UNVERIFIED_BYTES"
  | "COMMIT_INVALID";
