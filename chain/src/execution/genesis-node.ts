/**
 * A value of the genesis document together with its path, so that every refusal can say where it
 * is, what stands there and what should. Only own properties are read.
 */
import { bytesFromBase64, ChainError } from "#base";
import { amountFromText, isDenom } from "./coins.ts";

export interface GenesisFault {
  /** Where in the document, as `app_state.bank.balances[3].address`. */
  readonly path: string;
  readonly value: string;
  readonly remedy: string;
}

/** - `GENESIS_INVALID`: a value of `app_state` that no chain can start from. */
export class GenesisError extends ChainError<"GENESIS_INVALID"> {
  readonly fault: GenesisFault;

  constructor(fault: GenesisFault) {
    const { path, value, remedy } = fault;
    const message = `genesis ${path}: ${value}: ${remedy}`;
    super({ code: "GENESIS_INVALID", message, facts: { path, value, remedy } });
    this.fault = fault;
  }
}

const shownMax = 100;

export class GenesisNode {
  readonly path: string;
  readonly #value: unknown;

  constructor(path: string, value: unknown) {
    this.path = path;
    this.#value = value;
  }

  /** The document's `app_state`; nothing at all is an empty one. @throws GenesisError */
  static parse(text: string): GenesisNode {
    try {
      const value: unknown = text.trim() === "" ? {} : JSON.parse(text);
      return new GenesisNode("app_state", value);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new GenesisError({ path: "app_state", value: error.message, remedy: "write JSON" });
    }
  }

  /** @throws GenesisError naming this place. */
  refuse(remedy: string): never {
    throw new GenesisError({ path: this.path, value: shown(this.#value), remedy });
  }

  get isAbsent(): boolean {
    return this.#value === undefined || this.#value === null;
  }

  /** The member of that name; absent where this is absent or has none. */
  at(name: string): GenesisNode {
    const path = `${this.path}.${name}`;
    if (this.isAbsent) return new GenesisNode(path, undefined);
    const value = this.#value;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return this.refuse("write an object");
    }
    return new GenesisNode(path, Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined);
  }

  /** The names of an object's members, in the document's order. */
  names(): readonly string[] {
    const value = this.#value;
    return typeof value === "object" && value !== null ? Object.keys(value) : [];
  }

  /**
   * The items of a list; none where it is absent.
   * @yields an item
   */
  *items(): Iterable<GenesisNode> {
    if (this.isAbsent) return;
    if (!Array.isArray(this.#value)) this.refuse("write a list");
    const items: readonly unknown[] = this.#value;
    for (const [index, item] of items.entries())
      yield new GenesisNode(`${this.path}[${index}]`, item);
  }

  text(otherwise?: string): string {
    if (this.isAbsent && otherwise !== undefined) return otherwise;
    return typeof this.#value === "string" ? this.#value : this.refuse("write a string");
  }

  flag(otherwise: boolean): boolean {
    if (this.isAbsent) return otherwise;
    return typeof this.#value === "boolean" ? this.#value : this.refuse("write true or false");
  }

  /** A whole number of 0 … 2^256 − 1, as decimal digits in a string. */
  amount(otherwise?: bigint): bigint {
    if (this.isAbsent && otherwise !== undefined) return otherwise;
    const amount = typeof this.#value === "string" ? amountFromText(this.#value) : undefined;
    return amount ?? this.refuse('write a whole number in quotes, such as "1000"');
  }

  /** A whole number below 2^63, in quotes or bare. */
  whole(otherwise: bigint): bigint {
    if (this.isAbsent) return otherwise;
    const value = this.#value;
    const isBare = typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
    const amount = isBare
      ? BigInt(value)
      : typeof value === "string"
        ? amountFromText(value)
        : undefined;
    if (amount === undefined || amount >= 2n ** 63n) this.refuse("write a whole number below 2^63");
    return amount;
  }

  denom(otherwise?: string): string {
    const text = this.text(otherwise);
    return isDenom(text) ? text : this.refuse("write a denomination such as apyr");
  }

  bytes(): Uint8Array {
    try {
      return bytesFromBase64(this.text());
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      return this.refuse("write base64 with padding");
    }
  }
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "string") return `"${value.slice(0, shownMax)}"`;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return value === null ? "null" : Array.isArray(value) ? "a list" : "an object";
}
