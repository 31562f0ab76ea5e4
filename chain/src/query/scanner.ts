/**
 * The tokens of a query, by the rules of libs/pubsub/query/syntax/scanner.go. Offsets count bytes
 * of UTF-8, as in CometBFT's messages.
 */
import { ok, refused, type Result } from "#base";
import { dateLayout, instantFromText, timeLayout, type Layout } from "./instant.ts";

export type TokenKind =
  | "tag"
  | "string"
  | "number"
  | "time"
  | "date"
  | "AND"
  | "CONTAINS"
  | "EXISTS"
  | "="
  | "<"
  | "<="
  | ">"
  | ">=";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Where the token begins. */
  readonly offset: number;
  /** Of a time or a date; zero elsewhere. */
  readonly nanoseconds: bigint;
}

/** An unclosed string is an `end` too, so that CometBFT forgives one behind the last condition. */
interface ScanFailure {
  readonly kind: "end" | "invalid";
  readonly text: string;
  readonly offset: number;
}

type Scanned = Result<Token, ScanFailure>;

// As Go's unicode package. A letter decides only whether a query of ours is one, never a state.
const spacePattern = /^[\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]$/;
const tagStartPattern = /^[_\p{L}\p{Nd}]$/u;
const tagPattern = /^[._\-\p{L}\p{Nd}]$/u;
const digitPattern = /^[0-9]$/;
const datePattern = /^[0-9-]$/;
const timePattern = /^[0-9T:+Z-]$/;

export class Scanner {
  readonly #characters: readonly string[];
  #next = 0;
  #offset = 0;

  constructor(text: string) {
    this.#characters = Array.from(text);
  }

  next(): Scanned {
    this.#takeWhile(spacePattern);
    const offset = this.#offset;
    const first = this.#take();
    if (first === undefined) return refused({ kind: "end", text: "EOF", offset });
    if (digitPattern.test(first)) return this.#number(first, offset);
    if (tagStartPattern.test(first)) return this.#tagLike(first, offset);
    if (first === "'") return this.#string(offset);
    if (first === "=") return token({ kind: "=", text: "=", offset });
    if (first === "<" || first === ">") return this.#compare(first, offset);
    const text = `invalid input ${first} at offset ${String(this.#offset)}`;
    return refused({ kind: "invalid", text, offset });
  }

  #number(first: string, offset: number): Scanned {
    let text = first + this.#takeWhile(digitPattern);
    if (this.#peek() === ".") text += (this.#take() ?? "") + this.#takeWhile(digitPattern);
    return token({ kind: "number", text, offset });
  }

  #string(offset: number): Scanned {
    let text = "";
    for (;;) {
      const character = this.#take();
      if (character === undefined) return refused({ kind: "end", text: "EOF", offset });
      if (character === "'") return token({ kind: "string", text, offset });
      text += character;
    }
  }

  #compare(first: "<" | ">", offset: number): Scanned {
    if (this.#peek() !== "=") return token({ kind: first, text: first, offset });
    this.#take();
    const kind = first === "<" ? "<=" : ">=";
    return token({ kind, text: kind, offset });
  }

  #tagLike(first: string, offset: number): Scanned {
    const text = first + this.#takeWhile(tagPattern);
    const isLabel = (text === "TIME" || text === "DATE") && this.#peek() === " ";
    if (isLabel) {
      this.#take();
      return this.#instant(text, offset);
    }
    if (text === "AND" || text === "EXISTS" || text === "CONTAINS") {
      return token({ kind: text, text, offset });
    }
    return token({ kind: "tag", text, offset });
  }

  #instant(label: "TIME" | "DATE", offset: number): Scanned {
    const text = this.#takeWhile(label === "TIME" ? timePattern : datePattern);
    const layout: Layout = label === "TIME" ? timeLayout : dateLayout;
    const instant = instantFromText(layout, text);
    if (instant.kind === "refused") {
      const reason = `invalid ${label} value: ${instant.error}`;
      return refused({ kind: "invalid", text: reason, offset });
    }
    const { year, nanoseconds } = instant.value;
    if (year < 1900 || year > 2999) {
      const stamp = label === "TIME" ? "timestamp" : "datestamp";
      const reason = `${stamp} year ${String(year)} out of range`;
      return refused({ kind: "invalid", text: reason, offset });
    }
    return ok({ kind: label === "TIME" ? "time" : "date", text, offset, nanoseconds });
  }

  #peek(): string | undefined {
    return this.#characters[this.#next];
  }

  #take(): string | undefined {
    const character = this.#characters[this.#next];
    if (character === undefined) return undefined;
    this.#next++;
    this.#offset += utf8Length(character);
    return character;
  }

  #takeWhile(pattern: RegExp): string {
    let taken = "";
    for (;;) {
      const character = this.#peek();
      if (character === undefined || !pattern.test(character)) return taken;
      taken += character;
      this.#take();
    }
  }
}

function token(found: Omit<Token, "nanoseconds">): Scanned {
  return ok({ ...found, nanoseconds: 0n });
}

function utf8Length(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x1_0000 ? 3 : 4;
}
