import { DigestArea } from "#crypto";

export const hashBits = 256;

/**
 * Hashed keys, one after the other: a key's place in the tree is the path that the bits of its
 * hash spell, the highest bit of the first byte first.
 */
export class KeyHashes {
  #area: DigestArea;
  #bytes: Uint8Array;
  #words: Uint32Array;

  constructor(count: number) {
    // One slot more: windows at the end of the last hash look past it.
    this.#area = new DigestArea(count + 1);
    this.#bytes = this.#area.bytes;
    this.#words = this.#area.words;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  get words(): Uint32Array {
    return this.#words;
  }

  /** Makes room for that many, at least doubling what there was. */
  reserve(count: number): void {
    const room = this.#bytes.length / 32 - 1;
    if (count <= room) return;
    const before = this.#words;
    this.#area = new DigestArea(Math.max(count, room * 2) + 1);
    this.#bytes = this.#area.bytes;
    this.#words = this.#area.words;
    this.#words.set(before);
  }

  put(index: number, key: Uint8Array): void {
    this.#area.put(index, key);
  }

  /** Takes a hash from a page of words. */
  take(index: number, from: { readonly page: Uint32Array; readonly at: number }): void {
    const { page, at } = from;
    for (let word = 0; word < 8; word++) this.#words[index * 8 + word] = page[at + word] ?? 0;
  }

  /** Whether the hash is the one that begins there in a page of words. */
  is(index: number, other: { readonly page: Uint32Array; readonly at: number }): boolean {
    const { page, at } = other;
    const from = index * 8;
    for (let word = 0; word < 8; word++) {
      if (this.#words[from + word] !== page[at + word]) return false;
    }
    return true;
  }

  bit(index: number, depth: number): number {
    return ((this.#bytes[index * 32 + (depth >>> 3)] ?? 0) >>> (7 - (depth & 7))) & 1;
  }

  /** At least 24 bits of the path from a depth on, in the highest bits of a word. */
  window(index: number, depth: number): number {
    const bytes = this.#bytes;
    const at = index * 32 + (depth >>> 3);
    const high = ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16);
    const low = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    return ((high | low) << (depth & 7)) >>> 0;
  }

  /** The first depth at which two paths part; `hashBits` if they are one. */
  firstDifference(one: number, other: number): number {
    const bytes = this.#bytes;
    const [oneAt, otherAt] = [one * 32, other * 32];
    for (let byte = 0; byte < 32; byte++) {
      const difference = (bytes[oneAt + byte] ?? 0) ^ (bytes[otherAt + byte] ?? 0);
      if (difference !== 0) return byte * 8 + Math.clz32(difference) - 24;
    }
    return hashBits;
  }
}
