/**
 * Go's `time.Parse` for the two layouts that queries know, leniencies included (an hour of one
 * digit, a fraction after a comma), with Go's error texts, which clients see.
 */
import { ok, refused, type Result } from "#base";

export interface Layout {
  readonly text: string;
  readonly elements: readonly Element[];
}

interface Element {
  readonly literal: string;
  readonly name: Unit | "Z07:00";
}

type Unit = "2006" | "01" | "02" | "15" | "04" | "05";

interface Instant {
  readonly year: number;
  readonly nanoseconds: bigint;
}

interface Reading {
  readonly units: Map<Unit, number>;
  rest: string;
  fractionNanoseconds: bigint;
  offsetSeconds: number;
}

const dateElements: readonly Element[] = [
  { literal: "", name: "2006" },
  { literal: "-", name: "01" },
  { literal: "-", name: "02" },
];

export const dateLayout: Layout = { text: "2006-01-02", elements: dateElements };

export const timeLayout: Layout = {
  text: "2006-01-02T15:04:05Z07:00",
  elements: [
    ...dateElements,
    { literal: "T", name: "15" },
    { literal: ":", name: "04" },
    { literal: ":", name: "05" },
    { literal: "", name: "Z07:00" },
  ],
};

/** `fixed`: exactly two digits; Go takes one for an hour, whatever the layout says. */
const unitRules: Readonly<
  Record<Unit, { pattern: RegExp; min: number; max: number; word: string }>
> = {
  "2006": { pattern: /^\d{4}/, min: 0, max: 9999, word: "year" },
  "01": { pattern: /^\d\d/, min: 1, max: 12, word: "month" },
  "02": { pattern: /^\d\d/, min: 0, max: 99, word: "day" },
  "15": { pattern: /^\d\d?/, min: 0, max: 23, word: "hour" },
  "04": { pattern: /^\d\d/, min: 0, max: 59, word: "minute" },
  "05": { pattern: /^\d\d/, min: 0, max: 59, word: "second" },
};

/** The instant in nanoseconds since the Unix epoch; a refusal carries Go's text. */
export function instantFromText(layout: Layout, text: string): Result<Instant, string> {
  const reading: Reading = {
    units: new Map(),
    rest: text,
    fractionNanoseconds: 0n,
    offsetSeconds: 0,
  };
  for (const element of layout.elements) {
    const failure = readElement(reading, element);
    if (failure === undefined) continue;
    const { kind, what } = failure;
    if (kind === "range") return refused(`parsing time ${quote(text)}: ${what} out of range`);
    const [found, wanted] = [quote(reading.rest), quote(what)];
    return refused(
      `parsing time ${quote(text)} as ${quote(layout.text)}: cannot parse ${found} as ${wanted}`,
    );
  }
  if (reading.rest !== "") {
    return refused(`parsing time ${quote(text)}: extra text: ${quote(reading.rest)}`);
  }
  const instant = instantFromReading(reading);
  if (instant === undefined) return refused(`parsing time ${quote(text)}: day out of range`);
  return ok(instant);
}

type Failure = { readonly kind: "range" | "form"; readonly what: string };

function readElement(reading: Reading, { literal, name }: Element): Failure | undefined {
  if (!reading.rest.startsWith(literal)) return { kind: "form", what: literal };
  reading.rest = reading.rest.slice(literal.length);
  if (name === "Z07:00") return readZone(reading);
  const rule = unitRules[name];
  const digits = rule.pattern.exec(reading.rest)?.[0];
  if (digits === undefined) return { kind: "form", what: name };
  const value = Number(digits);
  if (value < rule.min || value > rule.max) return { kind: "range", what: rule.word };
  reading.rest = reading.rest.slice(digits.length);
  reading.units.set(name, value);
  if (name === "05") readFraction(reading);
  return undefined;
}

function readFraction(reading: Reading): void {
  const text = /^[.,]\d+/.exec(reading.rest)?.[0];
  if (text === undefined) return;
  reading.rest = reading.rest.slice(text.length);
  reading.fractionNanoseconds = BigInt(text.slice(1, 10).padEnd(9, "0"));
}

function readZone(reading: Reading): Failure | undefined {
  if (reading.rest.startsWith("Z")) {
    reading.rest = reading.rest.slice(1);
    return undefined;
  }
  const zone = reading.rest.slice(0, 6);
  if (!/^.\d\d:..$/s.test(zone)) return { kind: "form", what: "Z07:00" };
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (hours > 24) return { kind: "range", what: "time zone offset hour" };
  if (minutes > 60) return { kind: "range", what: "time zone offset minute" };
  if (!/^[+-].*\d\d$/.test(zone)) return { kind: "form", what: "Z07:00" };
  const seconds = (hours * 60 + minutes) * 60;
  reading.offsetSeconds = zone.startsWith("+") ? seconds : -seconds;
  reading.rest = reading.rest.slice(zone.length);
  return undefined;
}

function instantFromReading(reading: Reading): Instant | undefined {
  const unit = (name: Unit): number => reading.units.get(name) ?? 0;
  const [year, month, day] = [unit("2006"), unit("01"), unit("02")];
  if (day < 1 || day > daysIn(month, year)) return undefined;
  const clockSeconds = unit("15") * 3600 + unit("04") * 60 + unit("05") - reading.offsetSeconds;
  const seconds = daysSinceEpoch(year, { month, day }) * 86_400n + BigInt(clockSeconds);
  return { year, nanoseconds: seconds * 1_000_000_000n + reading.fractionNanoseconds };
}

function daysIn(month: number, year: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Years that begin in March, so that the leap day comes last. */
function daysSinceEpoch(
  year: number,
  { month, day }: { readonly month: number; readonly day: number },
): bigint {
  const marchYear = BigInt(month <= 2 ? year + 399 : year + 400);
  const marchMonth = BigInt(month <= 2 ? month + 9 : month - 3);
  const leaps = marchYear / 4n - marchYear / 100n + marchYear / 400n;
  const days = marchYear * 365n + leaps + (marchMonth * 153n + 2n) / 5n + BigInt(day);
  return days - 1n - 146_097n - 719_468n;
}

/** As Go quotes in time errors, but for characters beyond ASCII, which come out as they are. */
function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
