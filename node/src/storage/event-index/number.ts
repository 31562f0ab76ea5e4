/**
 * Attribute values read as numbers the way CometBFT's index reads them: a whole text, with sign,
 * point and exponent. Compared exactly, digit by digit, whatever the length.
 */
export interface IndexNumber {
  readonly negative: boolean;
  /** Without leading or trailing zeros; empty for zero, "∞" for infinity. */
  readonly digits: string;
  /** The value is 0.digits × 10^point. */
  readonly point: number;
}

const digitsPattern = String.raw`(?<whole>\d+)(?:\.(?<fraction>\d*))?|\.(?<bare>\d+)`;
const pattern = new RegExp(
  String.raw`^(?<sign>[+-]?)(?:${digitsPattern})(?:[eE](?<exponent>[+-]?\d+))?$`,
);
const infinityPattern = /^(?<sign>[+-]?)[iI]nf$/;
const infinity = "∞";

export function indexNumberFrom(text: string): IndexNumber | undefined {
  const infinite = infinityPattern.exec(text)?.groups;
  if (infinite !== undefined) {
    return { negative: infinite["sign"] === "-", digits: infinity, point: 0 };
  }
  const groups = pattern.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const whole = groups["whole"] ?? "";
  const { digits, leading } = trimZeros(whole + (groups["fraction"] ?? groups["bare"] ?? ""));
  const point = whole.length - leading + Number(groups["exponent"] ?? 0);
  return { negative: groups["sign"] === "-" && digits !== "", digits, point };
}

/** By hand: a regular expression anchored at the end would try every run of zeros. */
function trimZeros(all: string): { readonly digits: string; readonly leading: number } {
  let start = 0;
  while (all[start] === "0") start++;
  let end = all.length;
  while (end > start && all[end - 1] === "0") end--;
  return { digits: all.slice(start, end), leading: start };
}

/** −1, 0 or 1. */
export function compareIndexNumbers(left: IndexNumber, right: IndexNumber): number {
  if (left.negative !== right.negative) return left.negative ? -1 : 1;
  const order = compareMagnitudes(left, right);
  return left.negative ? -order : order;
}

function compareMagnitudes(left: IndexNumber, right: IndexNumber): number {
  const byClass = rankOf(left) - rankOf(right);
  if (byClass !== 0 || rankOf(left) !== 1) return Math.sign(byClass);
  if (left.point !== right.point) return left.point < right.point ? -1 : 1;
  return left.digits === right.digits ? 0 : left.digits < right.digits ? -1 : 1;
}

/** Zero, a number, infinity. */
function rankOf({ digits }: IndexNumber): number {
  if (digits === "") return 0;
  return digits === infinity ? 2 : 1;
}

/** The whole part, as far as a height can be; truncated towards zero like Go's Int64. */
export function wholePartOf({ negative, digits, point }: IndexNumber): number {
  if (digits === infinity || point > 15) return negative ? -Infinity : Infinity;
  const whole = point <= 0 ? 0 : Number(digits.slice(0, point).padEnd(point, "0"));
  return negative ? -whole : whole;
}

export function isWhole({ digits, point }: IndexNumber): boolean {
  return digits.length <= Math.max(0, point);
}
