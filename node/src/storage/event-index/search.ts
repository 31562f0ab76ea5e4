/**
 * Runs a plan over the tables: which entries of which heights satisfy every test. The rarest of
 * several equalities is found by reading all of them step by step; where it has few heights, the
 * others are looked up there instead of being read through.
 */
import type { EntriesAt, EventTables } from "./event-tables.ts";
import { entryOf } from "./height-events.ts";
import type { Pacer } from "./pacer.ts";
import { isWithin, type HeightBounds, type Plan, type Test } from "./plan.ts";

/** Height → entries, both ascending. */
export type Found = ReadonlyMap<number, readonly number[]>;

export interface SearchSpace {
  readonly tables: EventTables;
  readonly pacer: Pacer;
  /** Nothing for a key that no event ever had. */
  keyId(key: string): number | undefined;
  /** The values that the key has in these entries of a height, each with its entry. */
  valuesAt(
    at: EntriesAt & { readonly key: string },
  ): readonly (readonly [entry: number, value: string])[];
  /** The key whose value every indexed transaction or block has: its height. */
  readonly heightKey: string;
  /** Whether EXISTS and CONTAINS see that key; CometBFT's do for transactions alone. */
  readonly heightIsAttribute: boolean;
  /** Indexed heights within bounds, each with the number of entries that the height stands for. */
  heights(bounds: HeightBounds): AsyncIterable<{ readonly height: number; readonly count: number }>;
}

type Equal = Extract<Test, { readonly kind: "equal" }> & { readonly keyId: number };

const firstStep = 256;
const stepGrowth = 8;
/** Up to so many heights a lookup each is cheaper than reading on. */
const lookupsMax = 512;
/** What other work costs, in entries of a list that are read. */
const lookupCost = 128;
const valueCost = 64;
const valuesPerTurn = 256;
const nothing: Found = new Map();

export async function search(space: SearchSpace, plan: Plan): Promise<Found> {
  const ofEvents = plan.tests.filter(({ key }) => key !== space.heightKey);
  if (ofEvents.some(({ key }) => space.keyId(key) === undefined)) return nothing;
  const equals = ofEvents.flatMap((test) => equalFrom(space, test));
  const others = plan.tests.filter((test) => test.kind !== "equal" || test.key === space.heightKey);
  let found = equals.length === 0 ? undefined : await allEqual(space, { equals, plan });
  for (const test of others) {
    if (found?.size === 0) return found;
    found = await narrowed(space, { test, found, bounds: plan.bounds });
  }
  return found ?? nothing;
}

function equalFrom(space: SearchSpace, test: Test): readonly Equal[] {
  const keyId = space.keyId(test.key);
  return test.kind === "equal" && keyId !== undefined ? [{ ...test, keyId }] : [];
}

async function allEqual(
  space: SearchSpace,
  query: { readonly equals: readonly Equal[]; readonly plan: Plan },
): Promise<Found> {
  const { bounds } = query.plan;
  const { rarest, found: first } = await rarestEqual(space, query);
  let found = first;
  for (const test of query.equals) {
    if (test === rarest || found.size === 0) continue;
    const matched =
      found.size <= lookupsMax
        ? await lookedUp(space, { test, heights: found.keys() })
        : (await collected(space, space.tables.equal(test, { bounds }))).found;
    found = await intersection(space, [found, matched]);
  }
  return found;
}

/** The equality that runs out first, and all that it finds. */
async function rarestEqual(
  space: SearchSpace,
  query: { readonly equals: readonly Equal[]; readonly plan: Plan },
): Promise<{ readonly rarest: Equal; readonly found: Found }> {
  const { bounds } = query.plan;
  for (let limit = firstStep; ; limit *= stepGrowth) {
    for (const rarest of query.equals) {
      const { found, read } = await collected(space, space.tables.equal(rarest, { bounds, limit }));
      if (read < limit) return { rarest, found };
    }
  }
}

async function lookedUp(
  space: SearchSpace,
  query: { readonly test: Equal; readonly heights: Iterable<number> },
): Promise<Found> {
  const found = new Map<number, readonly number[]>();
  for (const height of query.heights) {
    const entries = space.tables.equalAt(height, query.test);
    if (entries.length > 0) found.set(height, entries);
    if (space.pacer.spend(lookupCost + entries.length)) await space.pacer.rest();
  }
  return found;
}

/** What the test leaves of what was found, or finds where nothing was asked before. */
async function narrowed(
  space: SearchSpace,
  query: { readonly test: Test; readonly found: Found | undefined; readonly bounds: HeightBounds },
): Promise<Found> {
  const { test, found } = query;
  const bounds = found === undefined ? query.bounds : boundsWithin(found);
  const left = new Map<number, readonly number[]>();
  for await (const { height, entries } of candidates(space, { test, bounds })) {
    const wanted = found === undefined ? entries : shared(entries, found.get(height));
    const holding = await whereHolds(space, { test, height, entries: wanted });
    if (holding.length > 0) left.set(height, holding);
    if (space.pacer.spend(entries.length)) await space.pacer.rest();
  }
  return left;
}

/** @yields the entries that have the test's key, whatever its value */
async function* candidates(
  space: SearchSpace,
  query: { readonly test: Test; readonly bounds: HeightBounds },
): AsyncGenerator<EntriesAt> {
  const { test, bounds } = query;
  if (test.key === space.heightKey) {
    const isSearched = test.kind === "exists" || test.kind === "contains";
    if (isSearched && !space.heightIsAttribute) return;
    for await (const { height, count } of space.heights(bounds)) {
      // The height counts as event number 0, which no real event is.
      const entries = Array.from({ length: count }, (_, txIndex) => entryOf({ txIndex, event: 0 }));
      yield { height, entries };
    }
    return;
  }
  const keyId = space.keyId(test.key);
  if (keyId !== undefined) yield* space.tables.having(keyId, bounds);
}

async function whereHolds(
  space: SearchSpace,
  at: EntriesAt & { readonly test: Test },
): Promise<readonly number[]> {
  const { test, height, entries } = at;
  if (entries.length === 0 || test.kind === "exists") return entries;
  if (test.key === space.heightKey) return holds(test, height.toString()) ? entries : [];
  const holding = new Set<number>();
  for (let from = 0; from < entries.length; from += valuesPerTurn) {
    const some = entries.slice(from, from + valuesPerTurn);
    for (const [entry, value] of space.valuesAt({ key: test.key, height, entries: some })) {
      if (holds(test, value)) holding.add(entry);
    }
    if (space.pacer.spend(valueCost * some.length)) await space.pacer.rest();
  }
  return entries.filter((entry) => holding.has(entry));
}

function holds(test: Test, value: string): boolean {
  switch (test.kind) {
    case "equal":
      return value === test.value;
    case "exists":
      return true;
    case "contains":
      return value.includes(test.text);
    case "range":
      return isWithin(test.range, value);
  }
}

async function collected(
  { pacer }: SearchSpace,
  lists: AsyncIterable<EntriesAt>,
): Promise<{ readonly found: Found; readonly read: number }> {
  const found = new Map<number, readonly number[]>();
  let read = 0;
  for await (const { height, entries } of lists) {
    read++;
    if (entries.length > 0) found.set(height, entries);
    if (pacer.spend(entries.length)) await pacer.rest();
  }
  return { found, read };
}

function boundsWithin(found: Found): HeightBounds {
  let from = Infinity;
  let to = 0;
  for (const height of found.keys()) {
    from = Math.min(from, height);
    to = Math.max(to, height);
  }
  return { from, to };
}

async function intersection(
  { pacer }: SearchSpace,
  [left, right]: readonly [left: Found, right: Found],
): Promise<Found> {
  const both = new Map<number, readonly number[]>();
  for (const [height, entries] of left) {
    const common = shared(entries, right.get(height));
    if (common.length > 0) both.set(height, common);
    if (pacer.spend(entries.length)) await pacer.rest();
  }
  return both;
}

/** Both lists are ascending. */
function shared(left: readonly number[], right: readonly number[] = []): readonly number[] {
  const common: number[] = [];
  let place = 0;
  for (const entry of left) {
    while (place < right.length && (right[place] ?? Infinity) < entry) place++;
    if (right[place] === entry) common.push(entry);
  }
  return common;
}
