import type { Ref } from "./nodes.ts";

/** What one entry costs beyond its bytes: the array's header and its place in the map. */
const entryBytes = 160;

/**
 * Hot values by their leaves, bounded in bytes. Two generations stand in for a list of uses: what
 * is read moves to the young one; when that holds half of the bound, the old one is dropped whole.
 */
export class ValueCache {
  readonly #generationBytesMax: number;
  #young = new Map<Ref, Uint8Array>();
  #old = new Map<Ref, Uint8Array>();
  #youngBytes = 0;
  #oldBytes = 0;

  constructor(bytesMax: number) {
    this.#generationBytesMax = bytesMax / 2;
  }

  /** Roughly, and never less than what the values hold. */
  get bytes(): number {
    return this.#youngBytes + this.#oldBytes;
  }

  get(leaf: Ref): Uint8Array | undefined {
    const young = this.#young.get(leaf);
    if (young !== undefined) return young;
    const old = this.#old.get(leaf);
    if (old !== undefined) this.set(leaf, old);
    return old;
  }

  set(leaf: Ref, value: Uint8Array): void {
    if (this.#youngBytes > this.#generationBytesMax) {
      this.#old = this.#young;
      this.#oldBytes = this.#youngBytes;
      this.#young = new Map();
      this.#youngBytes = 0;
    }
    this.#young.set(leaf, value);
    this.#youngBytes += value.length + entryBytes;
  }

  /** The leaf is freed: its number will come again for another value. */
  delete(leaf: Ref): void {
    this.#young.delete(leaf);
    this.#old.delete(leaf);
  }
}
