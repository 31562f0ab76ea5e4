import type { Height } from "#types";
import type { Entry } from "./entry.ts";
import type { MempoolLimits } from "./limits.ts";
import type { KeyedTx, MempoolEffect, PeerId } from "./model.ts";
import type { Pool } from "./pool.ts";

/** A transaction whose first check has not come back. */
export interface Checking {
  readonly key: string;
  readonly hash: Uint8Array;
  readonly tx: Uint8Array;
  readonly source:
    | { readonly kind: "client"; readonly id: number }
    | { readonly kind: "peer"; readonly peer: PeerId };
  readonly holders: PeerId[];
  /** A block that holds it was committed in the meantime. */
  committed: boolean;
  /** Its place among all that ever came. */
  readonly place: number;
  /** The height of the check-state on which the application is being asked, while it is. */
  askedAt: Height | undefined;
}

/**
 * What the application is being asked. After each block everything that waits is rechecked in
 * slices, so that nothing else has to wait for long; new transactions are held back until that is
 * done, because the application judges a sender's next one by those before it.
 */
export class Checks {
  readonly #limits: MempoolLimits;
  readonly #pool: Pool;
  readonly #checking = new Map<string, Checking>();
  readonly #perPeer = new Map<PeerId, number>();
  #bytes = 0;
  #held: Checking[] = [];
  #places = 0;
  /** First checks without an answer: on this height's check-state, and on replaced ones. */
  #asked = 0;
  #askedBefore = 0;
  #recheck: MapIterator<Entry> | undefined;
  #unanswered = 0;
  #height: Height;

  constructor(options: {
    readonly limits: MempoolLimits;
    readonly pool: Pool;
    readonly height: Height;
  }) {
    this.#limits = options.limits;
    this.#pool = options.pool;
    this.#height = options.height;
  }

  get size(): number {
    return this.#checking.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get height(): Height {
    return this.#height;
  }

  get(key: string): Checking | undefined {
    return this.#checking.get(key);
  }

  ofPeer(peer: PeerId): number {
    return this.#perPeer.get(peer) ?? 0;
  }

  /** Takes new transactions in; `next` asks about them when it is their turn. */
  add(tx: Omit<Checking, "place" | "askedAt" | "committed">): void {
    const checking: Checking = {
      ...tx,
      committed: false,
      place: this.#places++,
      askedAt: undefined,
    };
    this.#checking.set(checking.key, checking);
    this.#bytes += checking.tx.length;
    this.#held.push(checking);
    if (checking.source.kind === "client") return;
    const { peer } = checking.source;
    this.#perPeer.set(peer, this.ofPeer(peer) + 1);
  }

  remove(checking: Checking): void {
    if (!this.#checking.delete(checking.key)) return;
    this.#bytes -= checking.tx.length;
    if (checking.source.kind === "client") return;
    const { peer } = checking.source;
    const count = this.ofPeer(peer) - 1;
    if (count > 0) this.#perPeer.set(peer, count);
    else this.#perPeer.delete(peer);
  }

  /** A block is committed: whatever was accepted before it is to be accepted again. */
  committed(height: Height): void {
    this.#height = height;
    this.#askedBefore += this.#asked;
    this.#asked = 0;
    this.#recheck = this.#pool.values();
    this.#unanswered = 0;
  }

  /**
   * A late answer let something in that the application accepted before the last block only. The
   * recheck begins anew: it may have met the end of the pool already, and passes over what it did.
   */
  enteredLate(): void {
    this.#recheck = this.#pool.values();
  }

  /** The answer to a first check is there. */
  returned(checking: Checking): void {
    if (checking.askedAt === this.#height) this.#asked--;
    else this.#askedBefore--;
    checking.askedAt = undefined;
  }

  /**
   * Refused on a check-state that the last block has replaced, perhaps for want of what came before
   * them: they are asked about again, in the order in which they came.
   */
  askAgain(refused: readonly Checking[]): void {
    if (refused.length === 0) return;
    this.#held = [...refused, ...this.#held].toSorted((one, other) => one.place - other.place);
  }

  /** One answer of a slice that belongs to this height is there. */
  answered(): void {
    this.#unanswered--;
  }

  /** The next slice of the recheck, else what was held back meanwhile. */
  next(): readonly MempoolEffect[] {
    if (this.#recheck !== undefined) {
      if (this.#unanswered > 0) return [];
      const txs = this.#slice(this.#recheck);
      this.#unanswered = txs.length;
      if (txs.length > 0) return [{ kind: "check", mode: "recheck", height: this.#height, txs }];
      this.#recheck = undefined;
    }
    return this.#release();
  }

  #slice(entries: MapIterator<Entry>): readonly KeyedTx[] {
    const txs: KeyedTx[] = [];
    // By hand, and not with for…of, which would close the iterator at the end of a slice.
    for (let turn = entries.next(); turn.done !== true; turn = entries.next()) {
      const { key, tx, checkedAt } = turn.value;
      if (checkedAt >= this.#height) continue;
      txs.push({ key, tx });
      if (txs.length >= this.#limits.recheckSliceTxs) break;
    }
    return txs;
  }

  /** Nothing goes ahead of what came earlier and may have to be asked about again. */
  #release(): readonly MempoolEffect[] {
    if (this.#held.length === 0 || this.#askedBefore > 0) return [];
    const held = this.#held;
    this.#held = [];
    this.#asked += held.length;
    for (const checking of held) checking.askedAt = this.#height;
    const effects: MempoolEffect[] = [];
    for (let start = 0; start < held.length; start += this.#limits.checkSliceTxs) {
      const slice = held.slice(start, start + this.#limits.checkSliceTxs);
      const txs = slice.map(({ key, tx }) => ({ key, tx }));
      effects.push({ kind: "check", mode: "new", height: this.#height, txs });
    }
    return effects;
  }
}
