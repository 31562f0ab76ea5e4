import { bytesFromText } from "#base";

const asciiMax = 127;
const bytesAtFirst = 256;

/**
 * Writes the protobuf wire format into memory that grows. `finish` hands out a copy of its own, so
 * one writer serves many messages, one after the other.
 */
export class Writer {
  #bytes = new Uint8Array(bytesAtFirst);
  #position = 0;

  get capacity(): number {
    return this.#bytes.length;
  }

  get position(): number {
    return this.#position;
  }

  #reserve(length: number): void {
    if (this.#position + length <= this.#bytes.length) return;
    const grown = new Uint8Array((this.#position + length) * 2);
    grown.set(this.#bytes.subarray(0, this.#position));
    this.#bytes = grown;
  }

  uint32(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#position++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#position++] = rest;
  }

  /** Two's complement for a negative value, as int64 and int32 travel. */
  varint(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    if (rest <= 0x1fffffffffffffn) {
      this.uint32(Number(rest));
      return;
    }
    this.#reserve(10);
    while (rest >= 0x80n) {
      this.#bytes[this.#position++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#position++] = Number(rest);
  }

  fixed64(value: bigint): void {
    this.#reserve(8);
    const view = new DataView(this.#bytes.buffer, this.#position, 8);
    view.setBigUint64(0, BigInt.asUintN(64, value), true);
    this.#position += 8;
  }

  fixed32(value: number): void {
    this.#reserve(4);
    new DataView(this.#bytes.buffer, this.#position, 4).setUint32(0, value, true);
    this.#position += 4;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#position);
    this.#position += bytes.length;
  }

  bytes(bytes: Uint8Array): void {
    this.uint32(bytes.length);
    this.raw(bytes);
  }

  /** Short ASCII, which nearly all names and addresses are, is written without a detour. */
  string(text: string): void {
    const { length } = text;
    if (length > asciiMax) {
      this.bytes(bytesFromText(text));
      return;
    }
    this.#reserve(length + 1);
    const start = this.#position;
    const bytes = this.#bytes;
    bytes[start] = length;
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(index);
      if (unit >= 0x80) {
        this.bytes(bytesFromText(text));
        return;
      }
      bytes[start + 1 + index] = unit;
    }
    this.#position = start + 1 + length;
  }

  /** Starts a length-delimited part; `close` fills its length in, moving the part if need be. */
  open(): number {
    this.#reserve(1);
    return this.#position++;
  }

  close(opened: number): void {
    const length = this.#position - opened - 1;
    if (length < 0x80) {
      this.#bytes[opened] = length;
      return;
    }
    let size = 1;
    for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 128)) size++;
    this.#reserve(size - 1);
    this.#bytes.copyWithin(opened + size, opened + 1, this.#position);
    this.#position = opened;
    this.uint32(length);
    this.#position += length;
  }

  finish(): Uint8Array {
    const written = this.#bytes.slice(0, this.#position);
    this.#position = 0;
    return written;
  }
}
