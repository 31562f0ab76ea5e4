import type { CheckTxResponse } from "#abci";
import type { Result } from "#base";
import type { Height, Time } from "#types";
import type { MempoolRefusal } from "./refusal.ts";

/** The other end of a connection, as the wire names it. */
export type PeerId = string;

/** What a transaction of a block may take at most, as the chain's parameters stand now. */
export interface BlockLimits {
  /** Bytes of all transactions in one block, protobuf overhead included; −1 for no limit. */
  readonly txBytesMax: number;
  /** Gas of one block; −1 for no limit, as in the consensus parameters. */
  readonly gasMax: bigint;
}

/** A transaction under its key: its hash as a string of 32 Latin-1 characters. */
export interface KeyedTx {
  readonly key: string;
  readonly tx: Uint8Array;
}

export interface CheckResult {
  readonly key: string;
  /**
   * Nothing where the application was not asked, because a block of a later height had replaced
   * the check-state: asking all the same would change that state behind the recheck's back.
   */
  readonly response: CheckTxResponse | undefined;
}

export type MempoolInput =
  /** A client's transaction. Its `id` comes back with the one answer to it. */
  | { readonly kind: "submitted"; readonly id: number; readonly tx: Uint8Array; readonly now: Time }
  /** A frame from a peer's `transactions` stream. */
  | {
      readonly kind: "received";
      readonly peer: PeerId;
      readonly bytes: Uint8Array;
      readonly now: Time;
    }
  /** What the application said to a `check` effect; `height` is the effect's. */
  | {
      readonly kind: "checked";
      readonly height: Height;
      readonly results: readonly CheckResult[];
      readonly now: Time;
    }
  /** A block is committed and the application's check-state stands on it. */
  | {
      readonly kind: "block-committed";
      readonly height: Height;
      readonly txs: readonly Uint8Array[];
      /** The result code of each transaction of the block. */
      readonly codes: readonly number[];
      readonly block: BlockLimits;
      readonly now: Time;
    }
  | { readonly kind: "peer-connected"; readonly peer: PeerId; readonly now: Time }
  | { readonly kind: "peer-disconnected"; readonly peer: PeerId; readonly now: Time }
  | { readonly kind: "tick"; readonly now: Time };

export type MempoolEffect =
  /** Ask the application about each, in this order, and report all of them as `checked`. */
  | {
      readonly kind: "check";
      readonly mode: "new" | "recheck";
      readonly height: Height;
      readonly txs: readonly KeyedTx[];
    }
  | {
      readonly kind: "answer";
      readonly id: number;
      readonly hash: Uint8Array;
      readonly outcome: Result<CheckTxResponse, MempoolRefusal>;
    }
  /** One frame, on the `transactions` stream of each of these peers. */
  | { readonly kind: "send"; readonly peers: readonly PeerId[]; readonly bytes: Uint8Array }
  | { readonly kind: "punish"; readonly peer: PeerId; readonly reason: string }
  /** Send a `tick` at this time, and no longer at the one that was asked for before. */
  | { readonly kind: "wake"; readonly at: Time };

/** Counts since the start, for metrics. */
export interface MempoolCounters {
  readonly admitted: number;
  /** Failed the application's check, the first or a later one. */
  readonly failed: number;
  /** Refused by a limit before or after the check. */
  readonly rejected: number;
  readonly evicted: number;
  readonly rechecked: number;
  /** Came again from a peer although they were known. */
  readonly receivedTwice: number;
}
