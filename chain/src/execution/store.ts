/**
 * The state as a handler sees it: an overlay whose every access costs gas, at the SDK's prices.
 * Keys are whole keys (module name, "/", key inside the module); a module's `state-keys` makes
 * them, and a module touches no others.
 */
import { emptyBytes } from "#base";
import type { KeyScan } from "#merkle";
import { gasCosts, type GasMeter } from "./gas.ts";
import type { Overlay } from "./overlay.ts";

/** How a stored value becomes bytes. Values are never changed after they were made. */
export interface StateCodec<Value> {
  encode(value: Value): Uint8Array;
  decode(bytes: Uint8Array): Value;
}

export class Store {
  readonly #overlay: Overlay;
  readonly #gas: GasMeter;

  constructor(overlay: Overlay, gas: GasMeter) {
    this.#overlay = overlay;
    this.#gas = gas;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const value = this.#overlay.get(key);
    this.#gas.consume(gasCosts.readFlat, "ReadFlat");
    const size = key.length + (value ?? emptyBytes).length;
    this.#gas.consume(gasCosts.readByte * size, "ReadPerByte");
    return value;
  }

  has(key: Uint8Array): boolean {
    this.#gas.consume(gasCosts.hasFlat, "Has");
    return this.#overlay.get(key) !== undefined;
  }

  read<Value>(key: Uint8Array, codec: StateCodec<Value>): Value | undefined {
    const value = this.get(key);
    return value === undefined ? undefined : codec.decode(value);
  }

  set(key: Uint8Array, value: Uint8Array): void {
    this.#gas.consume(gasCosts.writeFlat, "WriteFlat");
    this.#gas.consume(gasCosts.writeByte * (key.length + value.length), "WritePerByte");
    // What the write turns out to cost more is taken back with it where the gas does not suffice.
    if (this.#overlay.set(key, value)) this.#gas.consume(gasCosts.newKeyFlat, "NewKey");
  }

  write<Value>(key: Uint8Array, entry: { codec: StateCodec<Value>; value: Value }): void {
    this.set(key, entry.codec.encode(entry.value));
  }

  delete(key: Uint8Array): void {
    this.#gas.consume(gasCosts.deleteFlat, "Delete");
    this.#overlay.delete(key);
  }

  *scan(scan: KeyScan): Iterable<readonly [Uint8Array, Uint8Array]> {
    for (const pair of this.#overlay.scan(scan)) {
      const size = pair[0].length + pair[1].length;
      this.#gas.consume(gasCosts.iterateFlat + gasCosts.readByte * size, "IterNextFlat");
      yield pair;
    }
  }
}

/**
 * Remembers what bytes were decoded to, by the identity of the bytes. The state hands out the same
 * array for a value until it is overwritten, so an account is decoded once, not once per check.
 */
export function remembering<Value extends object>(codec: StateCodec<Value>): StateCodec<Value> {
  const known = new WeakMap<Uint8Array, Value>();
  return {
    encode(value) {
      const bytes = codec.encode(value);
      known.set(bytes, value);
      return bytes;
    },
    decode(bytes) {
      const before = known.get(bytes);
      if (before !== undefined) return before;
      const value = codec.decode(bytes);
      known.set(bytes, value);
      return value;
    },
  };
}
