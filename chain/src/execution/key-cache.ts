/**
 * The keys of what belongs to an address, each made once for as long as the address is remembered.
 * The same array then finds its entry in an overlay without being read.
 */
import type { Address } from "#types";

export class KeyCache {
  readonly #make: (address: Address, part: string) => Uint8Array;
  /** Of each address the key that was asked for last: nearly all are asked for one alone. */
  readonly #known = new WeakMap<Address, { readonly part: string; readonly key: Uint8Array }>();

  constructor(make: (address: Address, part: string) => Uint8Array) {
    this.#make = make;
  }

  key(address: Address, part = ""): Uint8Array {
    const known = this.#known.get(address);
    if (known?.part === part) return known.key;
    const key = this.#make(address, part);
    this.#known.set(address, { part, key });
    return key;
  }
}
