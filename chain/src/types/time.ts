/** Times as CometBFT spells them: protobuf timestamps, and RFC 3339 with nanoseconds in UTC. */
import { createTime } from "./create.ts";
import type { Time } from "./model.ts";
import { typesError } from "./types-error.ts";

const second = 1_000_000_000n;
const daySeconds = 86_400n;
const pattern = new RegExp(
  [
    /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)T/,
    /(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)/,
    /(?:\.(?<fraction>\d{1,9})\d*)?Z$/,
  ]
    .map(({ source }) => source)
    .join(""),
);

interface Timestamp {
  readonly seconds: bigint;
  readonly nanos: number;
}

export function timeToWire(time: Time): Timestamp {
  const seconds = floorDivide(time, second);
  return { seconds, nanos: Number(time - seconds * second) };
}

/** @throws TypesError `TIME_RANGE` where the nanoseconds are not part of one second. */
export function timeFromWire(timestamp: Timestamp): Time {
  if (timestamp.nanos < 0 || timestamp.nanos > 999_999_999) {
    throw typesError("TIME_RANGE", { nanos: timestamp.nanos });
  }
  return createTime(timestamp.seconds * second + BigInt(timestamp.nanos));
}

/** `2024-09-13T15:58:28.469186921Z`: no trailing zeros in the fraction, none for a whole second. */
export function timeToRfc3339(time: Time): string {
  const { seconds, nanos } = timeToWire(time);
  const days = floorDivide(seconds, daySeconds);
  const { year, month, day } = dateFromDays(days);
  const rest = seconds - days * daySeconds;
  const date = [digits(year, 4), digits(month, 2), digits(day, 2)].join("-");
  const clock = [rest / 3600n, (rest / 60n) % 60n, rest % 60n].map((unit) => digits(unit, 2));
  const fraction = nanos === 0 ? "" : `.${digits(BigInt(nanos), 9).replace(/0+$/, "")}`;
  return `${date}T${clock.join(":")}${fraction}Z`;
}

/**
 * Reads what CometBFT reads: UTC, spelled `Z`; digits beyond nanoseconds go.
 * @throws TypesError `JSON_INVALID` for another text, `TIME_RANGE` outside the years 1 … 9999.
 */
export function timeFromRfc3339(text: string): Time {
  const groups = pattern.exec(text)?.groups;
  if (groups === undefined) throw typesError("JSON_INVALID", { field: "time", value: text });
  const unit = (name: string): bigint => BigInt(groups[name] ?? "0");
  const date = { year: unit("year"), month: unit("month"), day: unit("day") };
  const [hour, minute, seconds] = [unit("hour"), unit("minute"), unit("second")];
  if (!isDate(date) || hour > 23n || minute > 59n || seconds > 59n) {
    throw typesError("JSON_INVALID", { field: "time", value: text });
  }
  const clock = hour * 3600n + minute * 60n + seconds;
  const nanos = BigInt((groups["fraction"] ?? "").padEnd(9, "0"));
  return createTime((daysFromDate(date) * daySeconds + clock) * second + nanos);
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value < quotient * by ? quotient - 1n : quotient;
}

function digits(value: bigint, length: number): string {
  return String(value).padStart(length, "0");
}

interface CivilDate {
  readonly year: bigint;
  readonly month: bigint;
  readonly day: bigint;
}

function isDate({ year, month, day }: CivilDate): boolean {
  const leap = (year % 4n === 0n && year % 100n !== 0n) || year % 400n === 0n;
  const days = [31n, leap ? 29n : 28n, 31n, 30n, 31n, 30n, 31n, 31n, 30n, 31n, 30n, 31n];
  return year >= 1n && day >= 1n && day <= (days[Number(month) - 1] ?? 0n);
}

/**
 * Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "chrono-Compatible Low-Level
 * Date Algorithms"). Years start in March there, so that the leap day comes last. From the year 1
 * on nothing here is negative, so that every division rounds down.
 */
function daysFromDate(date: CivilDate): bigint {
  const year = date.month <= 2n ? date.year - 1n : date.year;
  const era = year / 400n;
  const yearOfEra = year - era * 400n;
  const dayOfYear = (153n * ((date.month + 9n) % 12n) + 2n) / 5n + date.day - 1n;
  const dayOfEra = yearOfEra * 365n + yearOfEra / 4n - yearOfEra / 100n + dayOfYear;
  return era * 146_097n + dayOfEra - 719_468n;
}

function dateFromDays(days: bigint): CivilDate {
  const shifted = days + 719_468n;
  const era = shifted / 146_097n;
  const dayOfEra = shifted - era * 146_097n;
  const leapDays = dayOfEra / 1460n - dayOfEra / 36_524n + dayOfEra / 146_096n;
  const yearOfEra = (dayOfEra - leapDays) / 365n;
  const dayOfYear = dayOfEra - (yearOfEra * 365n + yearOfEra / 4n - yearOfEra / 100n);
  const monthFromMarch = (5n * dayOfYear + 2n) / 153n;
  const day = dayOfYear - (153n * monthFromMarch + 2n) / 5n + 1n;
  const month = ((monthFromMarch + 2n) % 12n) + 1n;
  return { year: yearOfEra + era * 400n + (month <= 2n ? 1n : 0n), month, day };
}
