/**
 * What a query asks of the index, by the rules of CometBFT v0.38.25 (state/txindex/kv and
 * state/indexer/block/kv), odd ones included: conditions must hold within one event; conditions on
 * the height narrow the others down and count by themselves only where there are no others; of
 * several equal heights the first counts, and none beside a range.
 */
import type { Condition, Query } from "@pyralog/chain/query";
import {
  compareIndexNumbers,
  indexNumberFrom,
  isWhole,
  wholePartOf,
  type IndexNumber,
} from "./number.ts";

/** Both ends inclusive. */
export interface HeightBounds {
  readonly from: number;
  readonly to: number;
}

export interface ValueRange {
  readonly lower: Bound | undefined;
  readonly upper: Bound | undefined;
}

interface Bound {
  /** Nothing where the operand is no number: then nothing is within. */
  readonly value: IndexNumber | undefined;
  readonly inclusive: boolean;
}

export type Test =
  | { readonly kind: "equal"; readonly key: string; readonly value: string }
  | { readonly kind: "exists"; readonly key: string }
  | { readonly kind: "contains"; readonly key: string; readonly text: string }
  | { readonly kind: "range"; readonly key: string; readonly range: ValueRange };

export interface Plan {
  /** All must hold within one event; where there is none, nothing matches. */
  readonly tests: readonly Test[];
  /** Heights at which the tests are to hold. */
  readonly bounds: HeightBounds;
  /** Set where the query is nothing but one height. */
  readonly onlyHeight: number | undefined;
}

const unbounded: HeightBounds = { from: 0, to: Infinity };
const nowhere: HeightBounds = { from: 1, to: 0 };

export function planQuery(query: Query, heightKey: string): Plan {
  const { others, equalHeight } = splitHeights(query.conditions, heightKey);
  const ranges = rangesOf(others);
  const heightRange = ranges.get(heightKey);
  const onlyHeights = others.every(({ key, op }) => key === heightKey && op !== "=");
  const tests: Test[] = [];
  for (const [key, range] of ranges) {
    if (key !== heightKey || onlyHeights) tests.push({ kind: "range", key, range });
  }
  tests.push(...others.flatMap(testOf));
  const alone = equalHeight !== undefined && others.length === 0;
  if (alone) tests.push({ kind: "equal", key: heightKey, value: equalHeight.text });
  return {
    tests,
    bounds: boundsOf(heightRange, equalHeight?.height),
    onlyHeight: alone ? equalHeight.height : undefined,
  };
}

interface EqualHeight {
  readonly height: number;
  readonly text: string;
}

/** CometBFT's dedupHeight. */
function splitHeights(
  conditions: readonly Condition[],
  heightKey: string,
): { readonly others: readonly Condition[]; readonly equalHeight: EqualHeight | undefined } {
  const others = conditions.filter(({ key, op }) => key !== heightKey || op !== "=");
  const hasRange = others.some(({ key }) => key === heightKey);
  const equals = conditions.filter(({ key, op }) => key === heightKey && op === "=");
  const [equalHeight] = equals.flatMap((condition) => {
    const text = textOf(condition);
    const number = indexNumberFrom(text);
    return number === undefined ? [] : [{ height: wholePartOf(number), text }];
  });
  return { others, equalHeight: hasRange ? undefined : equalHeight };
}

/** CometBFT's LookForRanges: of two bounds on one side, the later one counts. */
function rangesOf(conditions: readonly Condition[]): ReadonlyMap<string, ValueRange> {
  const ranges = new Map<string, ValueRange>();
  for (const condition of conditions) {
    const before = ranges.get(condition.key) ?? { lower: undefined, upper: undefined };
    const value = condition.operand.kind === "number" ? numberOf(condition) : undefined;
    const lower = before.lower?.inclusive === true || condition.op === ">=";
    const upper = before.upper?.inclusive === true || condition.op === "<=";
    if (condition.op === ">" || condition.op === ">=") {
      ranges.set(condition.key, { ...before, lower: { value, inclusive: lower } });
    } else if (condition.op === "<" || condition.op === "<=") {
      ranges.set(condition.key, { ...before, upper: { value, inclusive: upper } });
    }
  }
  return ranges;
}

function testOf(condition: Condition): readonly Test[] {
  const { key, op } = condition;
  switch (op) {
    case "=":
      return [{ kind: "equal", key, value: textOf(condition) }];
    case "EXISTS":
      return [{ kind: "exists", key }];
    case "CONTAINS":
      return [{ kind: "contains", key, text: textOf(condition) }];
    case "<":
    case "<=":
    case ">":
    case ">=":
      return [];
  }
}

function boundsOf(range: ValueRange | undefined, height: number | undefined): HeightBounds {
  if (range === undefined) return height === undefined ? unbounded : { from: height, to: height };
  const { lower, upper } = range;
  if (lower !== undefined && lower.value === undefined) return nowhere;
  if (upper !== undefined && upper.value === undefined) return nowhere;
  return {
    from: lower?.value === undefined ? 0 : leastHeight(lower.value, lower.inclusive),
    to: upper?.value === undefined ? Infinity : greatestHeight(upper.value, upper.inclusive),
  };
}

/** Operands are never negative, so truncating rounds down. */
function leastHeight(value: IndexNumber, inclusive: boolean): number {
  return isWhole(value) && inclusive ? wholePartOf(value) : wholePartOf(value) + 1;
}

function greatestHeight(value: IndexNumber, inclusive: boolean): number {
  return isWhole(value) && !inclusive ? wholePartOf(value) - 1 : wholePartOf(value);
}

/** Whether a value of the key lies within the range; one that is no number does not. */
export function isWithin({ lower, upper }: ValueRange, text: string): boolean {
  const value = indexNumberFrom(text);
  if (value === undefined) return false;
  return (
    satisfies(value, { bound: lower, sign: 1 }) && satisfies(value, { bound: upper, sign: -1 })
  );
}

function satisfies(
  value: IndexNumber,
  side: { readonly bound: Bound | undefined; readonly sign: 1 | -1 },
): boolean {
  if (side.bound === undefined) return true;
  if (side.bound.value === undefined) return false;
  const order = compareIndexNumbers(value, side.bound.value) * side.sign;
  return order > 0 || (order === 0 && side.bound.inclusive);
}

function textOf({ operand }: Condition): string {
  return operand.kind === "none" ? "" : operand.text;
}

function numberOf(condition: Condition): IndexNumber | undefined {
  return indexNumberFrom(textOf(condition));
}
