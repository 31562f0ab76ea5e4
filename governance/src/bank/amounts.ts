/**
 * Amounts in state: big-endian, in 16 bytes or, from 2^128 on, in 32. There is one form for each
 * amount, and it is read and written through one scratch, without allocating views.
 */
import { assert } from "@pyralog/chain/base";
import type { StateCodec } from "@pyralog/chain/execution";

const shortLength = 16;
const longLength = 32;
const word = 64n;
const half = 1n << 128n;
const scratch = new Uint8Array(longLength);
const view = new DataView(scratch.buffer);

export const amountCodec: StateCodec<bigint> = {
  encode(amount) {
    assert(amount > 0n && amount < half * half, "an amount in state is positive and below 2^256");
    const length = amount < half ? shortLength : longLength;
    let rest = amount;
    for (let at = length - 8; at >= 0; at -= 8) {
      view.setBigUint64(at, BigInt.asUintN(64, rest));
      rest >>= word;
    }
    return scratch.slice(0, length);
  },
  decode(bytes) {
    const { length } = bytes;
    assert(length === shortLength || length === longLength, "an amount has 16 or 32 bytes");
    scratch.set(bytes);
    let amount = view.getBigUint64(0);
    for (let at = 8; at < length; at += 8) amount = (amount << word) | view.getBigUint64(at);
    return amount;
  },
};
