/** Amounts between people and the chain, exact: `1.5pyr` is 1500000000000000000 apyr. */
import { RenderError } from "./render-error.ts";

/** `display` is 10^exponent of `base`. */
export interface Unit {
  readonly base: string;
  readonly display: string;
  readonly exponent: number;
}

export interface Amount {
  readonly denom: string;
  readonly amount: bigint;
}

const pattern = /^(\d{1,78})(?:\.(\d{1,78}))?([a-zA-Z][a-zA-Z0-9/:._-]{2,127})$/;
const amountMax = 2n ** 256n - 1n;

/** Base units and display units alike, the unit straight behind the number. @throws RenderError */
export function amountFromText(text: string, units: readonly Unit[]): Amount {
  const [, whole, fraction = "", name] = pattern.exec(text) ?? [];
  if (whole === undefined || name === undefined) throw invalid(text, "is no amount");
  const { base, exponent } = unitOf(name, units);
  const digits = fraction.replace(/0+$/, "");
  if (digits.length > exponent) throw invalid(text, `has more than ${exponent} decimals`);
  const amount = BigInt(whole + digits.padEnd(exponent, "0"));
  if (amount > amountMax) throw invalid(text, "is more than there can be");
  return { denom: base, amount };
}

function unitOf(
  name: string,
  units: readonly Unit[],
): { readonly base: string; readonly exponent: number } {
  const unit = units.find(({ display }) => display === name.toLowerCase());
  if (unit !== undefined) return unit;
  if (units.some(({ base }) => base === name)) return { base: name, exponent: 0 };
  throw new RenderError({
    code: "DENOM_UNKNOWN",
    message: `"${name}" is no unit of this chain; it has ${unitNames(units)}`,
    facts: { denom: name },
  });
}

/** Several amounts, separated by commas, each unit once; sorted, as transactions hold them. */
export function amountsFromText(text: string, units: readonly Unit[]): readonly Amount[] {
  const amounts = text
    .split(",")
    .map((piece) => amountFromText(piece.trim(), units))
    .toSorted((a, b) => (a.denom < b.denom ? -1 : 1));
  const twice = amounts.find(({ denom }, index) => amounts[index + 1]?.denom === denom);
  if (twice !== undefined) throw invalid(text, `names ${twice.denom} twice`);
  return amounts;
}

/** `1,000.5 PYR` */
export function displayFromAmount({ denom, amount }: Amount, units: readonly Unit[]): string {
  const unit = units.find(({ base }) => base === denom);
  if (unit === undefined) return `${grouped(amount)} ${denom}`;
  const scale = 10n ** BigInt(unit.exponent);
  const fraction = (amount % scale).toString().padStart(unit.exponent, "0").replace(/0+$/, "");
  const number = grouped(amount / scale) + (fraction === "" ? "" : `.${fraction}`);
  return `${number} ${unit.display.toUpperCase()}`;
}

/** `1.5 PYR (1500000000000000000apyr)`: what a person reads and what the chain counts. */
export function bothFromAmount(amount: Amount, units: readonly Unit[]): string {
  return `${displayFromAmount(amount, units)} (${amount.amount}${amount.denom})`;
}

function grouped(amount: bigint): string {
  return amount.toString().replace(/\B(?=(?:\d{3})+$)/g, ",");
}

function unitNames(units: readonly Unit[]): string {
  return units.flatMap(({ display, base }) => [display, base]).join(", ");
}

function invalid(text: string, problem: string): RenderError {
  return new RenderError({
    code: "AMOUNT_INVALID",
    message: `"${text}" ${problem}; write one such as 1.5pyr or 1500000000000000000apyr`,
    facts: { amount: text },
  });
}
