/**
 * Pages of what the state holds under one prefix, as the SDK's `query.Paginate` makes them: by the
 * key to go on from, or by offset; forwards or backwards; with the real total when it is asked for
 * or when nothing is.
 */
import { concatBytes, emptyBytes } from "#base";
import type { Work } from "#base";
import type { PageRequest, PageResponse } from "#codec";
import type { KeyScan } from "#merkle";
import { limits } from "./limits.ts";
import { QueryError } from "./query-error.ts";
import type { Store } from "./store.ts";

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly pagination: PageResponse;
}

interface Window {
  readonly key: Uint8Array;
  readonly offset: number;
  readonly limit: number;
  readonly countTotal: boolean;
  readonly reverse: boolean;
}

export interface PageSource<Item> {
  readonly store: Store;
  /** The whole prefix; a page's key is what follows it. */
  readonly prefix: Uint8Array;
  readonly request: PageRequest | undefined;
  /** Called for what is on the page alone. */
  readonly take: (key: Uint8Array, value: Uint8Array) => Item;
  /** Leaves pairs out, and out of the count; every value has to be read for it. */
  readonly isWanted?: (value: Uint8Array) => boolean;
}

/**
 * @throws QueryError `InvalidArgument` on a page that contradicts itself.
 * @yields a pause
 */
export function* paginate<Item>(source: PageSource<Item>): Work<Page<Item>> {
  const { store, prefix, take, isWanted } = source;
  const window = windowOf(source.request);
  const items: Item[] = [];
  let nextKey = emptyBytes;
  let seen = 0;
  let visited = 0;
  const end = window.offset + window.limit;
  for (const [key, value] of store.scan(scanOf(source, window))) {
    if (++visited % limits.queryItemsPerTurn === 0) yield undefined;
    if (isWanted?.(value) === false) continue;
    if (seen >= window.offset && seen < end) {
      // Perhaps the scan has left the value out.
      const whole = store.get(key) ?? emptyBytes;
      items.push(take(key.subarray(prefix.length), whole));
    }
    if (seen === end) nextKey = key.slice(prefix.length);
    if (seen === end && !window.countTotal) break;
    seen++;
  }
  const total = window.countTotal ? BigInt(seen) : 0n;
  return { items, pagination: { nextKey, total } };
}

function scanOf<Item>({ prefix, isWanted }: PageSource<Item>, window: Window): KeyScan {
  const { key, reverse } = window;
  const from = key.length > 0 ? { from: concatBytes([prefix, key]) } : {};
  return { prefix, reverse, keysOnly: isWanted === undefined, ...from };
}

function windowOf(request: PageRequest | undefined): Window {
  const page = request ?? {
    key: emptyBytes,
    offset: 0n,
    limit: 0n,
    countTotal: false,
    reverse: false,
  };
  if (page.offset > 0n && page.key.length > 0) {
    throw new QueryError(
      "InvalidArgument",
      "invalid request, either offset or key is expected, got both",
    );
  }
  const isDefault = page.limit === 0n;
  const asked = isDefault ? BigInt(limits.pageDefault) : page.limit;
  const isByKey = page.key.length > 0;
  return {
    key: page.key,
    offset: Number(page.offset > 2n ** 52n ? 2n ** 52n : page.offset),
    limit: Number(asked > BigInt(limits.pageMax) ? BigInt(limits.pageMax) : asked),
    countTotal: !isByKey && (page.countTotal || isDefault),
    reverse: page.reverse,
  };
}
