/**
 * What a validator remembers of its own signatures, and the form in which it asks for the next
 * one. The record is one per key; it survives a crash, a lost WAL and a change of machines
 * (DESIGN §5 c), and it carries the lock, so that whoever loads it cannot forget it.
 */
import type { BlockId, BlockIdOrNil, Height, Nil, Proposal, Round, Time, Vote } from "#types";

/** The locked value of the paper: a block, and the round whose proof of lock it rests on. */
export interface Lock {
  readonly kind: "lock";
  readonly round: Round;
  readonly blockId: BlockId;
}

/** The kinds of message that a validator signs, in the order in which a round signs them. */
export type SignStep = "propose" | "prevote" | "precommit";

export type UnsignedVote = Omit<Vote, "signature" | "extensionSignature">;
export type UnsignedProposal = Omit<Proposal, "signature">;

/** Everything that the sign rule judges; `lock` is the engine's lock after this message. */
export type SignRequest =
  | {
      readonly kind: "vote";
      readonly vote: UnsignedVote;
      /** The vote's extension (empty or not) is signed too. */
      readonly extended: boolean;
      /** For a prevote: the round of the proof of lock that permits it, as L29 asks. */
      readonly proofRound: Round | Nil;
      readonly lock: Lock | Nil;
    }
  | {
      readonly kind: "proposal";
      readonly proposal: UnsignedProposal;
      readonly lock: Lock | Nil;
    };

/** The highest signature given so far, with all that is needed to give it again. */
export interface SignRecord {
  readonly kind: "record";
  readonly height: Height;
  readonly round: Round;
  readonly step: SignStep;
  readonly blockId: BlockIdOrNil;
  /** A proposal's proof-of-lock round; nil for votes. */
  readonly validRound: Round | Nil;
  readonly time: Time;
  readonly signBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly extension: Uint8Array;
  /** Empty where nothing was extended. */
  readonly extensionSignature: Uint8Array;
  readonly lock: Lock | Nil;
}

export type SignedMessage =
  | { readonly kind: "vote"; readonly vote: Vote }
  | { readonly kind: "proposal"; readonly proposal: Proposal };
