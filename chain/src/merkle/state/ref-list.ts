import type { Ref } from "./refs.ts";

const pageRefs = 4096;

/** References in pages: a version of many writes must not stop to move one long list around. */
export class RefList {
  readonly #full: Uint32Array[] = [];
  #page = new Uint32Array(64);
  #count = 0;

  add(ref: Ref): void {
    if (this.#count === this.#page.length) this.#turn();
    this.#page[this.#count++] = ref;
  }

  /** What was added, in order. Nothing is added after it was asked for. */
  pages(): readonly Uint32Array[] {
    return [...this.#full, this.#page.slice(0, this.#count)];
  }

  /** Pages grow until they have their full size; only full ones are laid aside. */
  #turn(): void {
    if (this.#count < pageRefs) {
      const grown = new Uint32Array(this.#count * 2);
      grown.set(this.#page);
      this.#page = grown;
      return;
    }
    this.#full.push(this.#page);
    this.#page = new Uint32Array(pageRefs);
    this.#count = 0;
  }
}
