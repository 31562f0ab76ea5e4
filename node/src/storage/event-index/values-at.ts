/** Values of a key at given places, read from the stored results. */
import { defined } from "@pyralog/chain/base";
import { createHeight } from "@pyralog/chain/types";
import { txsPerChunk, type StateStore } from "../state-store.ts";
import type { EntriesAt } from "./event-tables.ts";
import { placeOf } from "./height-events.ts";
import { blockEventsIn, txEventsIn, txResultsIn, valuesIn } from "../stored-results.ts";

type Wanted = EntriesAt & { readonly key: string };
type Values = readonly (readonly [entry: number, value: string])[];

/** Trimmed, as CometBFT's index of transactions, but not that of blocks, sees them. */
export function txValuesAt(states: StateStore, wanted: Wanted): Values {
  const values: (readonly [number, string])[] = [];
  let chunk = -1;
  let results: readonly Uint8Array[] = [];
  let events: readonly Uint8Array[] = [];
  let tx = -1;
  for (const entry of wanted.entries) {
    const { txIndex, event } = placeOf(entry);
    const chunkWanted = Math.floor(txIndex / txsPerChunk);
    if (chunkWanted !== chunk) {
      chunk = chunkWanted;
      const stored = states.loadResultsChunk(createHeight(BigInt(wanted.height)), chunk);
      results = stored === undefined ? [] : txResultsIn(stored);
    }
    if (txIndex !== tx) {
      tx = txIndex;
      const result = results[txIndex % txsPerChunk];
      events = result === undefined ? [] : txEventsIn(result);
    }
    for (const value of valuesOf(events, { event, key: wanted.key })) {
      values.push([entry, value.trim()]);
    }
  }
  return values;
}

export function blockValuesAt(states: StateStore, wanted: Wanted): Values {
  const height = createHeight(BigInt(wanted.height));
  const stored = states.loadEncodedResults(height);
  const events = stored === undefined ? [] : blockEventsIn(stored);
  return wanted.entries.flatMap((entry) => {
    const { event } = placeOf(entry);
    return valuesOf(events, { event, key: wanted.key }).map((value) => [entry, value] as const);
  });
}

/** Events are counted from one. Results that were pruned meanwhile have no values. */
function valuesOf(
  events: readonly Uint8Array[],
  wanted: { readonly event: number; readonly key: string },
): readonly string[] {
  if (events.length === 0) return [];
  const encoded = defined(events[wanted.event - 1], "an indexed event is among the results");
  return valuesIn(encoded, wanted.key);
}
