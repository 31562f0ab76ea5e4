/**
 * The transactions that a search found, each once, by height and number. There may be millions, of
 * which one page is wanted: they stay numbers until then.
 */
import { createHeight } from "@pyralog/chain/types";
import { placeOf } from "./height-events.ts";
import type { Pacer } from "./pacer.ts";
import type { Found } from "./search.ts";
import type { MovedPlaces, TxPlace } from "./tx-places.ts";

interface PageWanted {
  readonly order: "ascending" | "descending";
  readonly skip: number;
  readonly limit: number;
}

export class FoundPlaces {
  /** Height → numbers, both ascending. */
  readonly #byHeight: ReadonlyMap<number, readonly number[]>;
  readonly total: number;

  /** Transactions that came again count where they came last. */
  static async of(
    found: Found,
    { moved, pacer }: { readonly moved: MovedPlaces; readonly pacer: Pacer },
  ): Promise<FoundPlaces> {
    const byHeight = new Map<number, readonly number[]>();
    const elsewhere: TxPlace[] = [];
    for (const [height, entries] of found) {
      const indexes = txIndexesOf(entries);
      const stays = moved.isFrom(height)
        ? indexes.filter((index) => {
            const place = moved.find({ height: createHeight(BigInt(height)), index });
            if (place !== undefined) elsewhere.push(place);
            return place === undefined;
          })
        : indexes;
      if (stays.length > 0) byHeight.set(height, stays);
      if (pacer.spend(entries.length)) await pacer.rest();
    }
    return new FoundPlaces(elsewhere.length === 0 ? byHeight : joined(byHeight, elsewhere));
  }

  private constructor(byHeight: ReadonlyMap<number, readonly number[]>) {
    this.#byHeight = byHeight;
    let total = 0;
    for (const indexes of byHeight.values()) total += indexes.length;
    this.total = total;
  }

  page({ order, skip, limit }: PageWanted): readonly TxPlace[] {
    if (order === "ascending") return this.#between(skip, skip + limit);
    const end = Math.max(0, this.total - skip);
    return this.#between(Math.max(0, end - limit), end).toReversed();
  }

  #between(start: number, end: number): readonly TxPlace[] {
    const places: TxPlace[] = [];
    let before = 0;
    for (const [height, indexes] of this.#byHeight) {
      if (before >= end) break;
      for (const index of indexes.slice(Math.max(0, start - before), end - before)) {
        places.push({ height: createHeight(BigInt(height)), index });
      }
      before += indexes.length;
    }
    return places;
  }
}

/** Several events of one transaction follow one another. */
function txIndexesOf(entries: readonly number[]): readonly number[] {
  const indexes: number[] = [];
  let last = -1;
  for (const entry of entries) {
    const { txIndex } = placeOf(entry);
    if (txIndex !== last) indexes.push(txIndex);
    last = txIndex;
  }
  return indexes;
}

function joined(
  byHeight: ReadonlyMap<number, readonly number[]>,
  more: readonly TxPlace[],
): ReadonlyMap<number, readonly number[]> {
  const all = new Map(byHeight);
  for (const { height, index } of more) {
    const indexes = new Set(all.get(Number(height))).add(index);
    all.set(
      Number(height),
      [...indexes].toSorted((one, other) => one - other),
    );
  }
  return new Map([...all].toSorted(([one], [other]) => one - other));
}
