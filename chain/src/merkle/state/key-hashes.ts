import { DigestArea } from "#crypto";

export const hashBits = 256;

/**
 * Hashed keys, one after the other: a key's place in the tree is the path that the bits of its
 * hash spell, the highest bit of the first byte first.
 */
export class KeyHashes {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly #area: DigestArea;

  constructor(count: number) {
    // One slot more: windows at the end of the last hash look past it.
    this.#area = new DigestArea(count + 1);
    this.bytes = this.#area.bytes;
    this.words = this.#area.words;
  }

  put(index: number, key: Uint8Array): void {
    this.#area.put(index, key);
  }

  bit(index: number, depth: number): number {
    return ((this.bytes[index * 32 + (depth >>> 3)] ?? 0) >>> (7 - (depth & 7))) & 1;
  }

  /** At least 24 bits of the path from a depth on, in the highest bits of a word. */
  window(index: number, depth: number): number {
    const { bytes } = this;
    const at = index * 32 + (depth >>> 3);
    const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
    const low = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    return ((high | low) << (depth & 7)) >>> 0;
  }

  /** The first depth at which two paths part; `hashBits` if they are one. */
  firstDifference(one: number, other: number): number {
    const { bytes } = this;
    const [oneAt, otherAt] = [one * 32, other * 32];
    for (let byte = 0; byte < 32; byte++) {
      const difference = (bytes[oneAt + byte] ?? 0) ^ (bytes[otherAt + byte] ?? 0);
      if (difference !== 0) return byte * 8 + Math.clz32(difference) - 24;
    }
    return hashBits;
  }
}
