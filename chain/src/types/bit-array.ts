/** Which places of a list are filled: CometBFT's BitArray, words of 64 bits, low bits first. */
import type { bitArrayWire, MessageValue } from "#codec";
import { typesError } from "./types-error.ts";

const wordBits = 64;

export function bitsToWire(bits: readonly boolean[]): MessageValue<typeof bitArrayWire> {
  const elems: bigint[] = [];
  for (let start = 0; start < bits.length; start += wordBits) {
    let word = 0n;
    for (const [place, bit] of bits.slice(start, start + wordBits).entries()) {
      if (bit) word |= 1n << BigInt(place);
    }
    elems.push(word);
  }
  return { bits: BigInt(bits.length), elems };
}

/**
 * @throws TypesError `VALUE_RANGE` for more bits than the list can have, `LENGTH` where the words
 * are not those of so many bits (ASA-2025-003).
 */
export function bitsFromWire(
  wire: MessageValue<typeof bitArrayWire>,
  bitsMax: number,
): readonly boolean[] {
  if (wire.bits < 0n || wire.bits > bitsMax) {
    throw typesError("VALUE_RANGE", { field: "bits", value: wire.bits });
  }
  const length = Number(wire.bits);
  const words = (length + wordBits - 1 - ((length + wordBits - 1) % wordBits)) / wordBits;
  if (wire.elems.length !== words) {
    throw typesError("LENGTH", { field: "bits", length: wire.elems.length });
  }
  return Array.from({ length }, (_, place) => {
    const offset = place % wordBits;
    const word = wire.elems[(place - offset) / wordBits] ?? 0n;
    return ((word >> BigInt(offset)) & 1n) === 1n;
  });
}
