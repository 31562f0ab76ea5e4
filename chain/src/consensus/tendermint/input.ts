/** Everything that the outside may tell the engine. Each input carries the time it came at. */
import type {
  Block,
  BlockId,
  Commit,
  ConsensusParams,
  Height,
  Nil,
  Part,
  Proposal,
  Round,
  Time,
  ValidatorSet,
  Vote,
} from "#types";
import type { SignedMessage, SignRecord } from "../sign-rule/sign-record.ts";
import type { WalEntry } from "./wal-entry.ts";

/** The peer that a message came from, as the wire names it; punished when it lied. */
export type PeerId = string;

/**
 * `new-height`: the last height is decided, late precommits are still gathered. `commit`: this
 * height is decided, and the engine waits for the next `start-height`.
 */
export type Step = "new-height" | "propose" | "prevote" | "precommit" | "commit";

export type TimeoutStep = Exclude<Step, "commit">;

export type Input = { readonly now: Time } & InputBody;

export type InputBody =
  | StartHeight
  /** One WAL entry of this height, in order, between `start-height` and `replay-ended`. */
  | { readonly kind: "recorded"; readonly entry: WalEntry }
  /** The WAL has no more: the height begins where record and WAL say. */
  | { readonly kind: "replay-ended" }
  | { readonly kind: "proposal"; readonly from: PeerId; readonly proposal: Proposal }
  | {
      readonly kind: "part";
      readonly from: PeerId;
      readonly height: Height;
      readonly round: Round;
      readonly part: Part;
    }
  | { readonly kind: "vote"; readonly from: PeerId; readonly vote: Vote }
  /** A timeout that `schedule-timeout` asked for; late and unknown ones are ignored. */
  | {
      readonly kind: "timeout";
      readonly height: Height;
      readonly round: Round;
      readonly step: TimeoutStep;
    }
  /** Answers `build-block`. Without an answer the round goes on without a proposal. */
  | {
      readonly kind: "block-built";
      readonly height: Height;
      readonly round: Round;
      readonly block: Block;
      readonly blockId: BlockId;
      readonly parts: readonly Part[];
    }
  /** Answers `check-block`. */
  | {
      readonly kind: "block-checked";
      readonly height: Height;
      readonly blockId: BlockId;
      readonly accepted: boolean;
    }
  /** Answers `extend-vote`. */
  | {
      readonly kind: "vote-extended";
      readonly height: Height;
      readonly round: Round;
      readonly extension: Uint8Array;
    }
  /** Answers `check-extension`, with the very vote that it carried. */
  | { readonly kind: "extension-checked"; readonly vote: Vote; readonly accepted: boolean }
  /** Answers `sign`: the record is on disk, and the message may leave. */
  | { readonly kind: "signed"; readonly message: SignedMessage }
  /** Answers `sign`: the sign rule refused, or the record was another one than the engine's. */
  | { readonly kind: "sign-refused"; readonly record: SignRecord | Nil }
  /** A decided block out of a peer's store. The commit is not yet verified. */
  | {
      readonly kind: "commit-received";
      readonly from: PeerId;
      readonly block: Block;
      readonly commit: Commit;
    };

/**
 * Begins a height, at the start and after each `decided` once its block is applied. With `replay`
 * the engine waits for `recorded` inputs and `replay-ended` before it acts.
 */
export interface StartHeight {
  readonly kind: "start-height";
  readonly height: Height;
  /** The set of this height, with its priorities as they are for round 0. */
  readonly validators: ValidatorSet;
  readonly params: ConsensusParams;
  /** Nil for the first height of the chain. */
  readonly previous: PreviousHeight | Nil;
  /** What this node's key has signed last; nil where it never signed. */
  readonly record: SignRecord | Nil;
  readonly replay: boolean;
}

export interface PreviousHeight {
  readonly kind: "previous";
  readonly validators: ValidatorSet;
  /** The commit by which the block was decided here, as `decided` carried it. */
  readonly commit: Commit;
}
