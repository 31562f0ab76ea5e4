import type { Ref } from "./refs.ts";

const roomFirst = 64;
/** A list that a large version has made longer than this is not kept for the next one. */
const roomKept = 1 << 16;

/** References in the order in which they came, in memory that is used again and again. */
export class RefList {
  #refs = new Uint32Array(roomFirst);
  #count = 0;

  add(ref: Ref): void {
    if (this.#count === this.#refs.length) this.#grow();
    this.#refs[this.#count++] = ref;
  }

  clear(): void {
    this.#count = 0;
    if (this.#refs.length > roomKept) this.#refs = new Uint32Array(roomFirst);
  }

  /** A copy of what was added. */
  refs(): Uint32Array {
    return this.#refs.slice(0, this.#count);
  }

  #grow(): void {
    const grown = new Uint32Array(this.#count * 2);
    grown.set(this.#refs);
    this.#refs = grown;
  }
}
