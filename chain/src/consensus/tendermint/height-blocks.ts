/**
 * The blocks of one height: part sets that proposals, votes or the lock name, what the application
 * thinks of them, and, bounded by peer, parts that came before anything named their set.
 */
import {
  blockIdKey,
  partSetKey,
  type Block,
  type BlockId,
  type Part,
  type PartSetHeader,
} from "#types";
import { BlockParts } from "./block-parts.ts";
import type { PeerId } from "./input.ts";
import { limits } from "./limits.ts";

/** valid(v): not known yet, asked for, or known. */
export type Verdict = "open" | "asked" | "accepted" | "rejected";

interface FromPeer {
  held: Part[];
  heldBytes: number;
  unverifiedBytes: number;
}

/** What became of a part: new, there before, kept until its set is named, or over the limit. */
export type PartFate = "added" | "known" | "held" | "excess";

export class HeightBlocks {
  readonly #bytesMax: bigint;
  readonly #sets = new Map<string, BlockParts>();
  readonly #verdicts = new Map<string, Verdict>();
  readonly #peers = new Map<PeerId, FromPeer>();

  constructor(options: { readonly bytesMax: bigint }) {
    this.#bytesMax = options.bytesMax;
  }

  find(header: PartSetHeader): BlockParts | undefined {
    return this.#sets.get(partSetKey(header));
  }

  /** The complete block of an id, with its parts; absent until all of it is there. */
  complete(blockId: BlockId): { readonly block: Block; readonly parts: BlockParts } | undefined {
    const parts = this.find(blockId.parts);
    const block = parts?.block;
    if (parts === undefined || block === undefined || !parts.is(blockId)) return undefined;
    return { block, parts };
  }

  /** Names a set, so that its parts are taken. Gives the held parts that belong to it. */
  name(header: PartSetHeader): readonly Part[] {
    const key = partSetKey(header);
    if (this.#sets.has(key)) return [];
    const set = new BlockParts(header, { bytesMax: this.#bytesMax });
    this.#sets.set(key, set);
    return this.#release(set);
  }

  /** Sets still without some part. */
  get incomplete(): readonly BlockParts[] {
    return [...this.#sets.values()].filter((set) => !set.complete);
  }

  /** A part goes into the set that its proof leads to; a set it names first is tried first. */
  addPart(
    part: Part,
    options: { readonly from?: PeerId; readonly likely?: PartSetHeader },
  ): PartFate {
    const { from, likely } = options;
    const first = likely === undefined ? undefined : this.find(likely);
    const sets = first === undefined ? this.#sets.values() : [first, ...this.#sets.values()];
    for (const set of sets) {
      if (set.header.total !== part.proof.total) continue;
      const fate = set.add(part);
      if (fate !== "invalid") return fate;
    }
    return from === undefined ? "held" : this.#hold(part, from);
  }

  verdict(blockId: BlockId): Verdict {
    const known = this.#verdicts.get(blockIdKey(blockId));
    if (known !== undefined) return known;
    const parts = this.find(blockId.parts);
    // Undecodable, too large, or another block than its id says: nobody needs to be asked.
    return parts?.complete === true && !parts.is(blockId) ? "rejected" : "open";
  }

  judge(blockId: BlockId, verdict: Verdict): void {
    this.#verdicts.set(blockIdKey(blockId), verdict);
  }

  /** Lets go of the sets that no caller names any longer. */
  retain(headers: readonly PartSetHeader[]): void {
    const keys = new Set(headers.map(partSetKey));
    for (const key of this.#sets.keys()) if (!keys.has(key)) this.#sets.delete(key);
  }

  #hold(part: Part, from: PeerId): PartFate {
    const peer = this.#peers.get(from) ?? { held: [], heldBytes: 0, unverifiedBytes: 0 };
    if (!this.#peers.has(from) && this.#peers.size >= limits.unverifiedPeersMax) return "held";
    this.#peers.set(from, peer);
    const { length } = part.bytes;
    peer.unverifiedBytes += length;
    if (BigInt(peer.unverifiedBytes) > this.#unverifiedBytesMax) return "excess";
    if (peer.heldBytes + length <= limits.heldPartBytesMax) {
      peer.held.push(part);
      peer.heldBytes += length;
    }
    return "held";
  }

  get #unverifiedBytesMax(): bigint {
    return this.#bytesMax * limits.unverifiedBlocksMax + BigInt(limits.heldPartBytesMax);
  }

  #release(set: BlockParts): readonly Part[] {
    const released: Part[] = [];
    for (const peer of this.#peers.values()) {
      const rest: Part[] = [];
      for (const part of peer.held) {
        const fits = set.header.total === part.proof.total && set.add(part) === "added";
        (fits ? released : rest).push(part);
      }
      peer.held = rest;
      peer.heldBytes = rest.reduce((sum, part) => sum + part.bytes.length, 0);
    }
    return released;
  }
}
