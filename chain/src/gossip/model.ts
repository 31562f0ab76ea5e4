import type { Effect as EngineEffect, InputBody, PeerId } from "#consensus";
import type { Time } from "#types";

export type GossipInput = { readonly now: Time } & (
  | { readonly kind: "peer-connected"; readonly peer: PeerId }
  | { readonly kind: "peer-disconnected"; readonly peer: PeerId }
  /** A frame from a peer's `consensus` stream. */
  | { readonly kind: "received"; readonly peer: PeerId; readonly bytes: Uint8Array }
  /** Three of the engine's effects, as they are. */
  | Extract<EngineEffect, { readonly kind: "gained" | "step-changed" | "decided" }>
  | { readonly kind: "tick" }
);

export type GossipEffect =
  /** For the engine, which verifies it. */
  | {
      readonly kind: "deliver";
      readonly input: Extract<InputBody, { readonly kind: "proposal" | "part" | "vote" }>;
    }
  /** One frame, on the `consensus` stream of each of these peers. */
  | { readonly kind: "send"; readonly peers: readonly PeerId[]; readonly bytes: Uint8Array }
  | { readonly kind: "punish"; readonly peer: PeerId; readonly reason: GossipFault }
  /** Send a `tick` at this time, and no longer at the one that was asked for before. */
  | { readonly kind: "wake"; readonly at: Time };

/**
 * - `FRAME_MALFORMED`: the bytes are no frame, or hold more than a frame may.
 * - `BITS_MISFIT`: a list of votes or parts is not as long as the height has them.
 */
export type GossipFault = "FRAME_MALFORMED" | "BITS_MISFIT";

/** Counts since the start, for metrics and for the tests of duplicate traffic. */
export interface GossipCounters {
  readonly delivered: number;
  /** Came although they were here: traffic that nobody needed. */
  readonly duplicates: number;
  readonly sent: number;
}
