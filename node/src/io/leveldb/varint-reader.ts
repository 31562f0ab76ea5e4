/** Reads bytes as LevelDB and Snappy write numbers: seven bits a byte, the lowest first. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  /** Something was said to be longer than it is. */
  get isPastEnd(): boolean {
    return this.#offset > this.#bytes.length;
  }

  /** Zero beyond the end. */
  byte(): number {
    return this.#bytes[this.#offset++] ?? 0;
  }

  /** Inexact above 2^53, where only sequence numbers are. */
  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  littleEndian(length: number): number {
    let value = 0;
    for (let index = 0; index < length; index++) value += this.byte() * 256 ** index;
    return value;
  }

  bytes(length: number): Uint8Array {
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }
}
