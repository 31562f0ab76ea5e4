import { assert } from "#base";
import { refusals, TxError } from "./refusals.ts";

/** What work costs: the SDK's `KVGasConfig`, and what a new key adds to the tree (DESIGN §6.7). */
export const gasCosts = {
  hasFlat: 1000,
  readFlat: 1000,
  readByte: 3,
  writeFlat: 2000,
  writeByte: 30,
  deleteFlat: 1000,
  iterateFlat: 30,
  /** A ground key can force a path of up to 256 inner nodes that every later write hashes. */
  newKeyFlat: 2560,
} as const;

/**
 * Counts gas up to a limit. Amounts are whole numbers far below 2^53, so they are counted as
 * numbers and handed out as bigint.
 */
export class GasMeter {
  readonly limit: bigint;
  readonly #limit: number;
  #used = 0;

  constructor(limit: bigint) {
    assert(limit >= 0n, "a gas limit is not negative");
    this.limit = limit;
    this.#limit = limit > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(limit);
  }

  static unlimited(): GasMeter {
    return new GasMeter(2n ** 64n - 1n);
  }

  get used(): bigint {
    return BigInt(this.#used);
  }

  /** @throws TxError `OUT_OF_GAS`; what was consumed stays counted. */
  consume(amount: number, location: string): void {
    this.#used += amount;
    if (this.#used <= this.#limit) return;
    throw new TxError(
      refusals.OUT_OF_GAS,
      `out of gas in location: ${location}; gasWanted: ${this.limit}, gasUsed: ${this.#used}`,
    );
  }
}
