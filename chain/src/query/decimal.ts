/** Exact decimal numbers of any length, compared digit by digit in linear time. */
import type { Decimal } from "./query.ts";

/** Digits, then perhaps a point and digits; what follows is a unit (`8stake`) and is left out. */
const numberPattern = /^(?<whole>\d+)(?:\.(?<fraction>\d*))?/;

/** The number a text begins with; nothing where it begins with none (`-5` too, as CometBFT). */
export function decimalFromText(text: string): Decimal | undefined {
  const groups = numberPattern.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const fraction = groups["fraction"] ?? "";
  return {
    whole: withoutLeadingZeros(groups["whole"] ?? ""),
    fraction: withoutTrailingZeros(fraction),
  };
}

/** −1, 0 or 1. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  if (left.whole.length !== right.whole.length) {
    return left.whole.length < right.whole.length ? -1 : 1;
  }
  const byWhole = compareDigits(left.whole, right.whole);
  return byWhole === 0 ? compareDigits(left.fraction, right.fraction) : byWhole;
}

function compareDigits(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

/** By hand: a regular expression anchored at the end would try every run of zeros. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === "0") end--;
  return digits.slice(0, end);
}

function withoutLeadingZeros(digits: string): string {
  let start = 0;
  while (start < digits.length && digits[start] === "0") start++;
  return digits.slice(start);
}
