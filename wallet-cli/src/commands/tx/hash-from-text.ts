import { usage } from "../command-error.ts";

/** 64 hexadecimal digits, with or without 0x. @throws CommandError `USAGE` */
export function hashFromText(text: string): string {
  const digits = text.replace(/^0x/i, "");
  if (/^[0-9a-fA-F]{64}$/.test(digits)) return digits.toUpperCase();
  throw usage(`"${text}" is no hash of a transaction: 64 hexadecimal digits`);
}
