/**
 * Keys seen lately: the last so many at least, and twice as many at most. Two generations do that
 * without a list to keep in order; forgetting one by one would cost as much as all the rest.
 */
export class HashCache {
  readonly #keysMin: number;
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(keysMin: number) {
    this.#keysMin = keysMin;
  }

  /** False where the key was there already; it is then the latest again. */
  push(key: string): boolean {
    if (this.#young.has(key)) return false;
    const known = this.#old.delete(key);
    this.#young.add(key);
    if (this.#young.size >= this.#keysMin) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    return !known;
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  remove(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }
}
