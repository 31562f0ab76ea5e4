/**
 * What the consensus WAL holds of a height: the messages that were accepted, in their order, the
 * rounds that were begun and the blocks that were built here. Timeouts are not in it: after a
 * restart the rules are examined again and schedule those that are still due.
 */
import type { BlockId, Height, Part, Proposal, Round, Vote } from "#types";

export type WalEntry =
  | { readonly kind: "round-started"; readonly height: Height; readonly round: Round }
  | {
      readonly kind: "block-built";
      readonly height: Height;
      readonly round: Round;
      readonly blockId: BlockId;
    }
  | { readonly kind: "proposal"; readonly proposal: Proposal }
  | {
      readonly kind: "part";
      readonly height: Height;
      readonly round: Round;
      readonly part: Part;
    }
  | { readonly kind: "vote"; readonly vote: Vote };
