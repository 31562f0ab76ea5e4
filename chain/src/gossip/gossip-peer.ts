import type { PeerId, RoundState } from "#consensus";
import { emptyBytes } from "#base";
import { partSetKey, type Round } from "#types";
import type { Announce } from "./announce.ts";
import { fitsBits, hasBit, setBit, unpackedBits } from "./bits.ts";
import type { GossipLimits } from "./limits.ts";
import { voteSetKey, type Place } from "./place.ts";
import { Sendings } from "./sendings.ts";

/**
 * What one peer has of this node's height, or of the one before. Its own announcements say so,
 * and what it sends; what was sent to it is merely under way until it confirms. So a lost message
 * is sent again, and a lie harms the liar alone.
 */
export class GossipPeer {
  readonly id: PeerId;
  readonly #limits: GossipLimits;
  #announce: Announce | undefined;
  readonly #proposals = new Set<Round>();
  readonly #votes = new Map<string, Uint8Array>();
  readonly #parts = new Map<string, Uint8Array>();
  /** Precommits of the last height; nothing where it does not want any. */
  #lastVotes: Uint8Array | undefined;
  readonly #sent: Sendings;
  readonly #partsSent: Sendings;
  /** By validator: relays in a row that were needed. */
  readonly #needed = new Map<number, number>();

  constructor(id: PeerId, limits: GossipLimits) {
    this.id = id;
    this.#limits = limits;
    this.#sent = new Sendings(limits);
    this.#partsSent = new Sendings(limits, limits.partsUnderWayMax);
  }

  get announce(): Announce | undefined {
    return this.#announce;
  }

  /** This node is at another height. False where the peer's lists cannot be of it. */
  heightChanged(state: RoundState): boolean {
    this.#sent.clear();
    this.#partsSent.clear();
    return this.#learn(state);
  }

  /**
   * Takes its word, unless it is older than the last. False where its lists cannot be of this
   * height (ASA-2025-003).
   */
  announced(announce: Announce, state: RoundState | undefined): boolean {
    const last = this.#announce;
    if (last !== undefined && isBefore(announce, last)) return true;
    this.#announce = announce;
    return state === undefined || this.#learn(state);
  }

  #learn(state: RoundState): boolean {
    this.#proposals.clear();
    this.#votes.clear();
    this.#parts.clear();
    this.#lastVotes = undefined;
    const announce = this.#announce;
    if (announce === undefined) return true;
    const lag = state.height - announce.height;
    if (lag === 0n) return this.#learnOfHeight(announce, state);
    return lag !== 1n || this.#learnOfLaggard(announce, state);
  }

  #learnOfHeight(announce: Announce, state: RoundState): boolean {
    const size = state.validators.validators.length;
    const { lastCommit: last } = state;
    const { lastCommit: theirs } = announce;
    if (!isFitting(announce, size)) return false;
    this.#learnVotes(announce, size);
    this.#learnParts(announce);
    if (last === undefined || theirs === undefined || announce.step !== "new-height") return true;
    if (theirs.round !== last.round) return true;
    if (!fitsBits(theirs.precommits, last.size)) return false;
    this.#lastVotes = unpackedBits(theirs.precommits, last.size);
    return true;
  }

  /** What it has of the height that is over here: the precommits that decided, and parts. */
  #learnOfLaggard(announce: Announce, state: RoundState): boolean {
    const { lastCommit: last } = state;
    if (last === undefined || announce.step === "commit") return true;
    if (!isFitting(announce, last.size)) return false;
    const listed = announce.rounds.find(({ round }) => round === last.round);
    this.#lastVotes = unpackedBits(listed?.precommits ?? emptyBytes, last.size);
    this.#learnParts(announce);
    return true;
  }

  #learnVotes(announce: Announce, size: number): void {
    for (const { round, proposal, prevotes, precommits } of announce.rounds) {
      if (proposal) this.#proposals.add(round);
      this.#votes.set(voteSetKey({ round, type: "prevote" }), unpackedBits(prevotes, size));
      this.#votes.set(voteSetKey({ round, type: "precommit" }), unpackedBits(precommits, size));
    }
  }

  #learnParts(announce: Announce): void {
    for (const { header, parts } of announce.partSets) {
      this.#parts.set(partSetKey(header), unpackedBits(parts, header.total));
    }
    this.#partsSent.confirm((place) => this.has(place));
  }

  /** Whether it has what belongs there, or does not want it. */
  has(place: Place): boolean {
    switch (place.kind) {
      case "proposal":
        return this.#proposals.has(place.round);
      case "part":
        return hasBit(this.#parts.get(partSetKey(place.header)) ?? emptyBytes, place.index);
      case "vote":
        return hasBit(this.#votes.get(voteSetKey(place)) ?? emptyBytes, place.validatorIndex);
      case "last-vote":
        return this.#lastVotes === undefined || hasBit(this.#lastVotes, place.validatorIndex);
      case "second-vote":
        return false;
    }
  }

  /** It sent what belongs there. The place was checked against this height. */
  got(place: Place, state: RoundState): void {
    switch (place.kind) {
      case "proposal":
        this.#proposals.add(place.round);
        return;
      case "part": {
        const { header, index } = place;
        setIn(this.#parts, { key: partSetKey(header), index, length: header.total });
        return;
      }
      case "vote": {
        const length = state.validators.validators.length;
        setIn(this.#votes, { key: voteSetKey(place), index: place.validatorIndex, length });
        return;
      }
      case "last-vote":
        if (this.#lastVotes !== undefined) setBit(this.#lastVotes, place.validatorIndex);
        return;
      case "second-vote":
        return;
    }
  }

  /** Whether it may be sent there now; if so, it counts as sent. */
  trySend(place: Place, nowMs: number): boolean {
    const sendings = place.kind === "part" ? this.#partsSent : this.#sent;
    return sendings.try(place, nowMs);
  }

  /** Whether items of this validator go to it at once, since it does not get them otherwise. */
  isEagerFor(validatorIndex: number | undefined): boolean {
    if (validatorIndex === undefined) return false;
    return (this.#needed.get(validatorIndex) ?? 0) >= this.#limits.eagerAfter;
  }

  /** A relay that had waited was needed. */
  needed(validatorIndex: number | undefined): void {
    if (validatorIndex === undefined) return;
    this.#needed.set(validatorIndex, (this.#needed.get(validatorIndex) ?? 0) + 1);
  }

  /** It had the item already, as it says. */
  notNeeded(validatorIndex: number): void {
    this.#needed.delete(validatorIndex);
  }
}

function setIn(
  lists: Map<string, Uint8Array>,
  bit: { readonly key: string; readonly index: number; readonly length: number },
): void {
  const list = lists.get(bit.key) ?? unpackedBits(emptyBytes, bit.length);
  lists.set(bit.key, list);
  setBit(list, bit.index);
}

function isBefore(announce: Announce, last: Announce): boolean {
  if (announce.height !== last.height) return announce.height < last.height;
  return announce.round < last.round;
}

function isFitting({ rounds, partSets, claimed }: Announce, size: number): boolean {
  return (
    rounds.every(({ prevotes }) => fitsBits(prevotes, size)) &&
    rounds.every(({ precommits }) => fitsBits(precommits, size)) &&
    claimed.every(({ votes }) => fitsBits(votes, size)) &&
    partSets.every(({ header, parts }) => fitsBits(parts, header.total))
  );
}
