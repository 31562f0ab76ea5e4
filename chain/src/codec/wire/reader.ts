import { textFromBytes } from "#base";
import { codecError } from "./codec-error.ts";

const ascii = new TextDecoder("latin1");

/**
 * Reads the protobuf wire format (protobuf.dev/programming-guides/encoding) from one piece of
 * memory. Byte fields are views of it, not copies: the bytes received are the bytes hashed.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #strict: boolean;
  #itemsLeft: number;
  #position: number;
  #end: number;

  constructor(
    bytes: Uint8Array,
    options: { readonly strict?: boolean; readonly itemsMax?: number } = {},
  ) {
    this.#bytes = bytes;
    this.#strict = options.strict ?? false;
    this.#itemsLeft = options.itemsMax ?? Number.MAX_SAFE_INTEGER;
    this.#position = 0;
    this.#end = bytes.length;
  }

  get position(): number {
    return this.#position;
  }

  get atEnd(): boolean {
    return this.#position >= this.#end;
  }

  /** One entry more of a repeated field: two bytes on the wire are a hundred in memory. */
  item(): void {
    if (--this.#itemsLeft < 0) throw codecError("ITEMS_TOO_MANY", { at: this.#position });
  }

  /** Narrows the reader to the next `length` bytes; the answer restores the old end. */
  enter(): number {
    const length = this.length();
    const outer = this.#end;
    this.#end = this.#position + length;
    return outer;
  }

  leave(outer: number): void {
    this.#end = outer;
  }

  #byte(): number {
    if (this.#position >= this.#end) throw codecError("TRUNCATED", { at: this.#position });
    return this.#bytes[this.#position++] ?? 0;
  }

  /** A varint below 2^53 as a number: the fast way for tags, lengths and small values. */
  #varintSmall(): number | undefined {
    const start = this.#position;
    let value = 0;
    let scale = 1;
    for (let index = 0; index < 7; index++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.#refuseOverlong(byte, index);
        return value;
      }
      scale *= 128;
    }
    this.#position = start;
    return undefined;
  }

  #refuseOverlong(last: number, index: number): void {
    if (this.#strict && last === 0 && index > 0) {
      throw codecError("VARINT_OVERLONG", { at: this.#position });
    }
  }

  /** An unsigned varint of at most 64 bits. */
  uint64(): bigint {
    const small = this.#varintSmall();
    if (small !== undefined) return BigInt(small);
    let value = 0n;
    for (let index = 0; index < 10; index++) {
      const byte = this.#byte();
      if (index === 9 && byte > 1) break;
      value |= BigInt(byte & 0x7f) << BigInt(index * 7);
      if (byte < 0x80) {
        this.#refuseOverlong(byte, index);
        return value;
      }
    }
    throw codecError("VARINT_OVERLONG", { at: this.#position });
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  uint32(): number {
    const value = this.#varintSmall();
    if (value === undefined || value > 0xffffffff) {
      throw codecError("VALUE_RANGE", { at: this.#position });
    }
    return value;
  }

  /** int32 and enumerations: a negative value travels as 64 bits. */
  int32(): number {
    const value = this.int64();
    if (value < -0x80000000n || value > 0x7fffffffn) {
      throw codecError("VALUE_RANGE", { at: this.#position });
    }
    return Number(value);
  }

  bool(): boolean {
    const value = this.uint64();
    if (value > 1n) throw codecError("VALUE_RANGE", { at: this.#position });
    return value === 1n;
  }

  fixed64(): bigint {
    const bytes = this.#take(8);
    const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
    return view.getBigUint64(0, true);
  }

  sfixed64(): bigint {
    return BigInt.asIntN(64, this.fixed64());
  }

  fixed32(): number {
    const bytes = this.#take(4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  }

  length(): number {
    const length = this.#varintSmall();
    if (length === undefined || length > this.#end - this.#position) {
      throw codecError("TRUNCATED", { at: this.#position });
    }
    return length;
  }

  bytes(): Uint8Array {
    return this.#take(this.length());
  }

  /** ASCII, which nearly all strings are, is read by the decoder that has nothing to check. */
  string(): string {
    const bytes = this.bytes();
    for (const byte of bytes) if (byte >= 0x80) return this.#utf8(bytes);
    return ascii.decode(bytes);
  }

  #utf8(bytes: Uint8Array): string {
    try {
      return textFromBytes(bytes);
    } catch (error) {
      if (error instanceof TypeError) throw codecError("UTF8_INVALID", { at: this.#position });
      throw error;
    }
  }

  #take(length: number): Uint8Array {
    if (length > this.#end - this.#position) throw codecError("TRUNCATED", { at: this.#position });
    const start = this.#position;
    this.#position += length;
    return this.#bytes.subarray(start, this.#position);
  }

  /** The next field's number and wire type, packed as on the wire. */
  tag(): number {
    const tag = this.#varintSmall();
    const number = tag === undefined ? 0 : Math.floor(tag / 8);
    if (tag === undefined || number < 1 || number > 0x1fffffff) {
      throw codecError("TAG_INVALID", { at: this.#position });
    }
    return tag;
  }

  skip(wireType: number): void {
    switch (wireType) {
      case 0:
        this.uint64();
        return;
      case 1:
        this.#take(8);
        return;
      case 2:
        this.bytes();
        return;
      case 5:
        this.#take(4);
        return;
      default:
        throw codecError("TAG_INVALID", { at: this.#position });
    }
  }
}
