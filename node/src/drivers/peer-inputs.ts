/**
 * What peers' messages may make grow before their turn comes, and whose are not worth a turn any
 * more: a peer that lied once has often sent hundreds of lies behind the first, and each would cost
 * a verification.
 */
import type { InputBody } from "@pyralog/chain/consensus";
import type { PeerId } from "#ports";
import { driverLimits } from "./limits.ts";

export type PeerInput = Extract<
  InputBody,
  { kind: "proposal" | "part" | "vote" | "commit-received" }
>;

interface Waiting {
  inputs: number;
  bytes: number;
}

const { peerInputsMax, peerInputBytesMax, liarsMax } = driverLimits;
/** Roughly what a message takes beside the bytes that it carries. */
const overheadBytes = 512;

export class PeerInputs {
  readonly #waiting = new Map<PeerId, Waiting>();
  readonly #liars = new Set<PeerId>();

  /** Whether the input may wait for its turn; if so, it counts until `taken`. */
  admits(input: PeerInput): boolean {
    const { from } = input;
    if (this.#liars.has(from)) return false;
    const waiting = this.#waiting.get(from) ?? { inputs: 0, bytes: 0 };
    if (waiting.inputs >= peerInputsMax || waiting.bytes > peerInputBytesMax) return false;
    waiting.inputs++;
    waiting.bytes += bytesOf(input);
    this.#waiting.set(from, waiting);
    return true;
  }

  /** The input's turn has come. False where its peer was found lying meanwhile. */
  taken(input: PeerInput): boolean {
    const { from } = input;
    const waiting = this.#waiting.get(from);
    if (waiting !== undefined) {
      waiting.inputs--;
      waiting.bytes -= bytesOf(input);
      if (waiting.inputs === 0) this.#waiting.delete(from);
    }
    return !this.#liars.has(from);
  }

  /** Nothing of this peer is taken until it connects anew. */
  punished(peer: PeerId): void {
    for (const oldest of this.#liars) {
      if (this.#liars.size < liarsMax) break;
      this.#liars.delete(oldest);
    }
    this.#liars.add(peer);
  }

  connected(peer: PeerId): void {
    this.#liars.delete(peer);
  }
}

/** Blocks out of stores come one at a time, when sync hands them over. */
function bytesOf(input: PeerInput): number {
  switch (input.kind) {
    case "part":
      return overheadBytes + input.part.bytes.length;
    case "vote":
      return overheadBytes + input.vote.extension.length;
    case "proposal":
    case "commit-received":
      return overheadBytes;
  }
}
