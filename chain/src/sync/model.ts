import type { Block, Commit, Height, Time } from "#types";

/** The other end of a connection, as the wire names it. */
export type PeerId = string;

export type SyncInput = { readonly now: Time } & SyncInputBody;

type SyncInputBody =
  | { readonly kind: "peer-connected"; readonly peer: PeerId }
  | { readonly kind: "peer-disconnected"; readonly peer: PeerId }
  /** A frame from a peer's `sync` stream. */
  | { readonly kind: "received"; readonly peer: PeerId; readonly bytes: Uint8Array }
  /**
   * The engine has begun this height, its replay included: it takes a candidate from now on. The
   * store holds `base` up to the height below.
   */
  | { readonly kind: "height-started"; readonly height: Height; readonly base: Height }
  /** The engine refused the candidate that came from this peer. */
  | { readonly kind: "refused"; readonly height: Height; readonly peer: PeerId }
  /** Answers `load-block`: the encoded block and a commit for it, or nothing. */
  | {
      readonly kind: "loaded";
      readonly peer: PeerId;
      readonly height: Height;
      readonly stored: StoredBlock | undefined;
    }
  | { readonly kind: "tick" };

/** As they lie in the store; the commit is the one that decided it here, or the next block's. */
export interface StoredBlock {
  readonly block: Uint8Array;
  readonly commit: Uint8Array;
}

export type SyncEffect =
  /** One frame, on the `sync` stream of each of these peers. */
  | { readonly kind: "send"; readonly peers: readonly PeerId[]; readonly bytes: Uint8Array }
  /** For the engine, as `commit-received`. Nothing about it has been verified. */
  | {
      readonly kind: "candidate";
      readonly peer: PeerId;
      readonly height: Height;
      readonly block: Block;
      readonly commit: Commit;
    }
  | { readonly kind: "load-block"; readonly peer: PeerId; readonly height: Height }
  | { readonly kind: "ban"; readonly peer: PeerId; readonly reason: BanReason }
  /** Send a `tick` at this time, and no longer at the one that was asked for before. */
  | { readonly kind: "wake"; readonly at: Time };

/**
 * - `FRAME_MALFORMED`: the bytes are no sync message, or its block or commit does not decode.
 * - `HEIGHT_SHRUNK`: it claims less height than before (ASA-2025-001), or a base above its height.
 * - `BLOCK_UNASKED`: it sends a block that it was never asked for.
 * - `BLOCK_OTHER`: block or commit are of another height than the one asked for.
 * - `BLOCK_REFUSED`: the engine refused what it sent.
 * - `STALLED`: too many requests in a row went unanswered, or were denied within its own claim.
 */
export type BanReason =
  | "FRAME_MALFORMED"
  | "HEIGHT_SHRUNK"
  | "BLOCK_UNASKED"
  | "BLOCK_OTHER"
  | "BLOCK_REFUSED"
  | "STALLED";
