/**
 * Reads JSON as CometBFT's programs write it: 64-bit numbers as strings, hashes in hex, bytes in
 * base64, times in RFC 3339. As in Go, a member that is absent or null is its type's zero. Each
 * refusal names the member by its path.
 */
import { bytesFromBase64, bytesFromHex, emptyBytes } from "#base";
import { attempt } from "./attempt.ts";
import { zeroTime } from "./create.ts";
import { int32Max, int64Max } from "./limits.ts";
import type { Time } from "./model.ts";
import { timeFromRfc3339 } from "./time.ts";
import { typesError, type TypesError } from "./types-error.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [member: string]: Json;
}

const wholePattern = /^-?(?:0|[1-9]\d{0,19})$/;

export class JsonNode {
  readonly path: string;
  readonly value: unknown;

  constructor(value: unknown, path = "") {
    this.value = value;
    this.path = path;
  }

  /** Null, or a member that is not there. */
  get absent(): boolean {
    return this.value === undefined || this.value === null;
  }

  get(member: string): JsonNode {
    const path = this.path === "" ? member : `${this.path}.${member}`;
    if (this.absent) return new JsonNode(undefined, path);
    if (!isObject(this.value)) throw this.refusal("an object");
    const inside = Object.hasOwn(this.value, member) ? this.value[member] : undefined;
    return new JsonNode(inside, path);
  }

  list(): readonly JsonNode[] {
    if (this.absent) return [];
    if (!Array.isArray(this.value)) throw this.refusal("a list");
    const values: readonly unknown[] = this.value;
    return values.map((value, index) => new JsonNode(value, `${this.path}[${index}]`));
  }

  text(): string {
    if (this.absent) return "";
    if (typeof this.value !== "string") throw this.refusal("a string");
    return this.value;
  }

  flag(): boolean {
    if (this.absent) return false;
    if (typeof this.value !== "boolean") throw this.refusal("true or false");
    return this.value;
  }

  /** A whole number of 64 bits, in quotes. */
  int64(): bigint {
    return this.#quoted({ min: -int64Max - 1n, max: int64Max });
  }

  uint64(): bigint {
    return this.#quoted({ min: 0n, max: int64Max * 2n + 1n });
  }

  #quoted(limits: { readonly min: bigint; readonly max: bigint }): bigint {
    if (this.absent) return 0n;
    const { value } = this;
    if (typeof value !== "string" || !wholePattern.test(value)) {
      throw this.refusal("a whole number in quotes");
    }
    const number = BigInt(value);
    if (number < limits.min || number > limits.max) {
      throw this.refusal(`${limits.min} to ${limits.max}`);
    }
    return number;
  }

  /** A whole number of 32 bits, without quotes. */
  int32(): number {
    return this.#bare({ min: -int32Max - 1, max: int32Max });
  }

  uint32(): number {
    return this.#bare({ min: 0, max: 2 * int32Max + 1 });
  }

  #bare(limits: { readonly min: number; readonly max: number }): number {
    if (this.absent) return 0;
    const { value } = this;
    if (typeof value !== "number" || !Number.isInteger(value)) {
      throw this.refusal("a whole number without quotes");
    }
    if (value < limits.min || value > limits.max) {
      throw this.refusal(`${limits.min} to ${limits.max}`);
    }
    return value;
  }

  hex(): Uint8Array {
    if (this.absent) return emptyBytes;
    const bytes = attempt(() => bytesFromHex(this.text()));
    if (bytes.kind === "refused") throw this.refusal("hexadecimal digits");
    return bytes.value;
  }

  base64(): Uint8Array {
    if (this.absent) return emptyBytes;
    const bytes = attempt(() => bytesFromBase64(this.text()));
    if (bytes.kind === "refused") throw this.refusal("base64");
    return bytes.value;
  }

  time(): Time {
    if (this.absent) return zeroTime;
    const time = attempt(() => timeFromRfc3339(this.text()));
    if (time.kind === "refused") throw this.refusal("a time like 2024-01-31T12:00:00Z");
    return time.value;
  }

  /** The value as an error shows it. */
  get shown(): string {
    const shown = this.absent ? "nothing" : JSON.stringify(this.value);
    return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
  }

  refusal(want: string): TypesError {
    return typesError("JSON_INVALID", { key: this.path, value: this.shown, want });
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
