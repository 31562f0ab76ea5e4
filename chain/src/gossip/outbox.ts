import type { PeerId } from "#consensus";
import type { Announce } from "./announce.ts";
import type { GossipLimits } from "./limits.ts";
import { encodeFrame, type Item } from "./wire.ts";

interface Outgoing {
  readonly items: Item[];
  readonly lazy: Set<number>;
  announce: boolean;
}

export interface SentFrame {
  readonly peers: readonly PeerId[];
  readonly bytes: Uint8Array;
}

/** What is put out for each peer until the next flush. Peers that get the same share one frame. */
export class Outbox {
  readonly #limits: GossipLimits;
  readonly #outgoing = new Map<PeerId, Outgoing>();

  constructor(limits: GossipLimits) {
    this.#limits = limits;
  }

  get isEmpty(): boolean {
    return this.#outgoing.size === 0;
  }

  put(peer: PeerId, item: Item): void {
    this.#of(peer).items.push(item);
  }

  putLazy(peer: PeerId, validatorIndex: number): void {
    this.#of(peer).lazy.add(validatorIndex);
  }

  putAnnounce(peer: PeerId): void {
    this.#of(peer).announce = true;
  }

  forget(peer: PeerId): void {
    this.#outgoing.delete(peer);
  }

  #of(peer: PeerId): Outgoing {
    const known = this.#outgoing.get(peer);
    if (known !== undefined) return known;
    const fresh: Outgoing = { items: [], lazy: new Set(), announce: false };
    this.#outgoing.set(peer, fresh);
    return fresh;
  }

  flush(announce: Announce | undefined): readonly SentFrame[] {
    const groups: { readonly peers: PeerId[]; readonly outgoing: Outgoing }[] = [];
    for (const [peer, outgoing] of this.#outgoing) {
      const group = groups.find((candidate) => areSame(candidate.outgoing, outgoing));
      if (group === undefined) groups.push({ peers: [peer], outgoing });
      else group.peers.push(peer);
    }
    this.#outgoing.clear();
    return groups.flatMap(({ peers, outgoing }) =>
      this.#frames(outgoing, announce).map((bytes) => ({ peers, bytes })),
    );
  }

  /** The announcement comes with the last frame: it tells of what the others carry. */
  #frames(outgoing: Outgoing, announce: Announce | undefined): readonly Uint8Array[] {
    const batches = [...this.#batches(outgoing.items)];
    const last = batches.pop() ?? [];
    const told = outgoing.announce ? announce : undefined;
    // The rest is said when it comes again.
    const [lazy, { frameMessagesMax }] = [[...outgoing.lazy], this.#limits];
    return [
      ...batches.map((items) => encodeFrame({ announce: undefined, items, lazy: [] })),
      encodeFrame({ announce: told, items: last, lazy: lazy.slice(0, frameMessagesMax) }),
    ];
  }

  *#batches(items: readonly Item[]): Generator<readonly Item[], void, undefined> {
    let batch: Item[] = [];
    let bytes = 0;
    for (const item of items) {
      const size = sizeOf(item);
      const full = bytes + size > this.#limits.frameBytes;
      if (batch.length > 0 && (full || batch.length >= this.#limits.frameMessagesMax)) {
        yield batch;
        batch = [];
        bytes = 0;
      }
      batch.push(item);
      bytes += size;
    }
    if (batch.length > 0) yield batch;
  }
}

function areSame(one: Outgoing, other: Outgoing): boolean {
  if (one.announce !== other.announce || one.lazy.size > 0 || other.lazy.size > 0) return false;
  if (one.items.length !== other.items.length) return false;
  return one.items.every((item, place) => contentOf(item) === contentOf(other.items[place]));
}

/** The value that items of the same content share. */
function contentOf(item: Item | undefined): unknown {
  switch (item?.kind) {
    case "proposal":
      return item.proposal;
    case "part":
      return item.part;
    case "vote":
      return item.vote;
    case undefined:
      return undefined;
  }
}

/** Roughly what an item takes in a frame. */
function sizeOf(item: Item): number {
  switch (item.kind) {
    case "proposal":
      return 256;
    case "part":
      return item.part.bytes.length + item.part.proof.aunts.length * 34 + 128;
    case "vote":
      return item.vote.extension.length + 320;
  }
}
