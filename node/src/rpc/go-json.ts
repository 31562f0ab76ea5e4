/**
 * JSON as Go's encoding/json reads it: the same texts are valid, and the others are refused with
 * Go's words, which are part of what CometBFT's clients see. Nothing here recurses, so depth costs
 * no stack.
 */

/** As Go's. What is nested deeper is refused before anybody looks at it. */
const depthMax = 10_000;

type State = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "after" | "failed";

/** What is wrong with a whole document, as `json.Unmarshal` says it; nothing if it is valid. */
export function jsonFault(text: string): string | undefined {
  const scanner = new Scanner(text);
  const end = scanner.scan();
  if (end === undefined) return scanner.reason;
  const rest = /[^ \t\r\n]/g;
  rest.lastIndex = end;
  const garbage = rest.exec(text)?.[0];
  return garbage === undefined ? undefined : complaint(garbage, "after top-level value");
}

/** The first value of a stream, as `json.Decoder` takes it, or why there is none. */
export function firstJsonValue(
  text: string,
): { readonly raw: string } | { readonly fault: string } {
  const scanner = new Scanner(text);
  const end = scanner.scan();
  if (end !== undefined) return { raw: trimmed(text.slice(0, end)) };
  if (!scanner.ended) return { fault: scanner.reason };
  return { fault: trimmed(text) === "" ? "EOF" : "unexpected EOF" };
}

/** What stands in a string as it is, and is worth skipping at once. */
const plain = /[^"\\\p{Cc}]*/uy;

class Scanner {
  reason = "unexpected end of JSON input";
  /** Whether the text stopped short, rather than going wrong. */
  ended = false;
  readonly #text: string;
  readonly #containers: ("[" | "{")[] = [];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the first value ends; nothing after a failure. */
  scan(): number | undefined {
    let state: State = "value";
    for (;;) {
      if (state === "after" && this.#containers.length === 0) return this.#next;
      if (state === "failed") return undefined;
      this.#skipSpace();
      state = this.#step(state);
    }
  }

  #step(state: Exclude<State, "failed">): State {
    switch (state) {
      case "value":
      case "value-or-end":
        return this.#value(state);
      case "key":
      case "key-or-end":
        if (this.#takes('"')) return this.#string("colon");
        if (state === "key-or-end" && this.#takes("}")) return this.#close();
        return this.#fail("looking for beginning of object key string");
      case "colon":
        return this.#takes(":") ? "value" : this.#fail("after object key");
      case "after":
        return this.#after();
    }
  }

  #value(state: "value" | "value-or-end"): State {
    if (this.#takes("{")) return this.#open("{");
    if (this.#takes("[")) return this.#open("[");
    if (state === "value-or-end" && this.#takes("]")) return this.#close();
    if (this.#takes('"')) return this.#string("after");
    const first = this.#peek();
    if (first === "-" || isDigit(first)) return this.#number();
    if (first === "t") return this.#literal("true");
    if (first === "f") return this.#literal("false");
    if (first === "n") return this.#literal("null");
    return this.#fail("looking for beginning of value");
  }

  #after(): State {
    const isObject = this.#containers.at(-1) === "{";
    if (this.#takes(",")) return isObject ? "key" : "value";
    if (this.#takes(isObject ? "}" : "]")) return this.#close();
    return this.#fail(isObject ? "after object key:value pair" : "after array element");
  }

  #open(bracket: "[" | "{"): State {
    if (this.#containers.length >= depthMax) {
      this.#next--;
      return this.#fail("exceeded max depth");
    }
    this.#containers.push(bracket);
    return bracket === "{" ? "key-or-end" : "value-or-end";
  }

  #close(): State {
    this.#containers.pop();
    return "after";
  }

  #string(then: "colon" | "after"): State {
    for (;;) {
      plain.lastIndex = this.#next;
      this.#next += plain.exec(this.#text)?.[0].length ?? 0;
      const character = this.#peek();
      if (character === undefined) return this.#fail("in string literal");
      if (character < " ") return this.#failInside("in string literal");
      this.#next++;
      if (character === '"') return then;
      if (character === "\\" && !this.#escape()) return "failed";
    }
  }

  #escape(): boolean {
    if (!this.#takes("u")) {
      const known = 'bfnrt\\/"'.includes(this.#peek() ?? "?");
      if (!known) this.#failInside("in string escape code");
      else this.#next++;
      return known;
    }
    for (let digit = 0; digit < 4; digit++, this.#next++) {
      if (/^[0-9a-fA-F]$/.test(this.#peek() ?? "")) continue;
      this.#failInside(String.raw`in \u hexadecimal character escape`);
      return false;
    }
    return true;
  }

  #number(): State {
    this.#takes("-");
    if (!this.#takes("0") && !this.#digits()) return this.#failInside("in numeric literal");
    if (this.#takes(".") && !this.#digits()) {
      return this.#failInside("after decimal point in numeric literal");
    }
    if (this.#takes("e") || this.#takes("E")) {
      if (!this.#takes("+")) this.#takes("-");
      if (!this.#digits()) return this.#failInside("in exponent of numeric literal");
    }
    return "after";
  }

  #literal(word: "true" | "false" | "null"): State {
    for (const letter of word) {
      if (this.#takes(letter)) continue;
      return this.#failInside(`in literal ${word} (expecting '${letter}')`);
    }
    return "after";
  }

  #digits(): boolean {
    const before = this.#next;
    while (isDigit(this.#peek())) this.#next++;
    return this.#next > before;
  }

  #skipSpace(): void {
    while (isSpace(this.#text.charCodeAt(this.#next))) this.#next++;
  }

  #peek(): string | undefined {
    return this.#text[this.#next];
  }

  #takes(character: string): boolean {
    if (this.#text[this.#next] !== character) return false;
    this.#next++;
    return true;
  }

  #fail(context: string): "failed" {
    const character = this.#peek();
    this.ended = character === undefined;
    if (character !== undefined) this.reason = complaint(character, context);
    return "failed";
  }

  /** Within a token Go's scanner meets the end as if it were a space. */
  #failInside(context: string): "failed" {
    this.ended = this.#peek() === undefined;
    this.reason = complaint(this.#peek() ?? " ", context);
    return "failed";
  }
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}

function trimmed(text: string): string {
  return text.replace(/^[ \t\r\n]+/, "").replace(/(?<![ \t\r\n])[ \t\r\n]+$/, "");
}

function complaint(character: string, context: string): string {
  return `invalid character ${quotedCharacter(character)} ${context}`;
}

/** Go looks at bytes: of a character beyond ASCII it names the first one. */
function quotedCharacter(character: string): string {
  if (character === "'") return String.raw`'\''`;
  if (character === '"') return `'"'`;
  const byte = new TextEncoder().encode(character)[0] ?? 0;
  return `'${goQuote(String.fromCodePoint(byte)).slice(1, -1)}'`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  "\u0007": String.raw`\a`,
  "\b": String.raw`\b`,
  "\f": String.raw`\f`,
  "\n": String.raw`\n`,
  "\r": String.raw`\r`,
  "\t": String.raw`\t`,
  "\v": String.raw`\v`,
  "\\": "\\\\",
  '"': String.raw`\"`,
};

/** Go's `%q`, for all that is printable or ASCII. */
export function goQuote(text: string): string {
  // eslint-disable-next-line no-control-regex
  const body = text.replaceAll(/[\u0000-\u001F"\\\u007F]/g, (character) => {
    const hex = (character.codePointAt(0) ?? 0).toString(16).padStart(2, "0");
    return shortEscapes[character] ?? String.raw`\x` + hex;
  });
  return `"${body}"`;
}
