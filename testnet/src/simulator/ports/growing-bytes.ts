/** A file's bytes, changed in place. */
export class GrowingBytes {
  #bytes: Uint8Array;
  #length: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes.slice();
    this.#length = bytes.length;
  }

  get length(): number {
    return this.#length;
  }

  /** A copy. Fewer bytes than asked for only where the file ends. */
  slice(start = 0, end = this.#length): Uint8Array {
    return this.#bytes.slice(Math.min(start, this.#length), Math.min(end, this.#length));
  }

  /** What lies between the old end and the offset is zero. */
  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, offset);
    this.#length = Math.max(this.#length, end);
  }

  /** Shortens, or lengthens with zeros. */
  resize(length: number): void {
    if (length < this.#length) this.#bytes.fill(0, length, this.#length);
    else if (length > this.#length) this.write(length, new Uint8Array(0));
    this.#length = length;
  }
}
