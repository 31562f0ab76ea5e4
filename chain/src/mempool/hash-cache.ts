/** Keys seen lately, the least lately seen forgotten first. */
export class HashCache {
  readonly #keys = new Set<string>();
  readonly #keysMax: number;

  constructor(keysMax: number) {
    this.#keysMax = keysMax;
  }

  /** False where the key was there already; it is then the latest again. */
  push(key: string): boolean {
    const known = this.#keys.delete(key);
    this.#keys.add(key);
    if (this.#keys.size > this.#keysMax) this.#forgetOldest();
    return !known;
  }

  #forgetOldest(): void {
    for (const oldest of this.#keys) {
      this.#keys.delete(oldest);
      return;
    }
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  remove(key: string): void {
    this.#keys.delete(key);
  }
}
