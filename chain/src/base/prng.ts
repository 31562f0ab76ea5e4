/** Deterministic randomness. A machine that needs chance takes one; none reads `Math.random`. */
export interface Prng {
  /** A whole number in `[0, bound)`. */
  below(bound: number): number;
  /** True with a chance of `numerator` in `denominator`. */
  chance(numerator: number, denominator: number): boolean;
  bytes(length: number): Uint8Array;
  /** An independent generator whose draws do not disturb this one's. */
  fork(): Prng;
}

/** A 32-bit mulberry generator: small, and enough to drive simulations. Never use it for keys. */
export function createPrng(seed: number): Prng {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    below: (bound) => next() % bound,
    chance: (numerator, denominator) => next() % denominator < numerator,
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
    fork: () => createPrng(next()),
  };
}
