import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { emptyBytes } from "#base";
import { authInfoWire, txBodyWire, txRawWire } from "#codec";
import { createNativeCrypto } from "#crypto";
import { createAddress } from "#types";
import { Addresses } from "../../src/execution/addresses.ts";
import { hashTx, TransactionCache, type HashedTx } from "../../src/execution/transaction-cache.ts";

const typeUrl = "/test.Msg";
const message = {
  typeUrl,
  responseTypeUrl: "/test.MsgResponse",
  signers: [createAddress(new Uint8Array(20))],
  module: "test",
  amino: undefined,
  execute: () => emptyBytes,
};
const decoder = {
  crypto: createNativeCrypto(),
  addresses: new Addresses("pyr"),
  messages: new Map([[typeUrl, { typeUrl, bind: () => message }]]),
};

function aTx(memo: string): HashedTx {
  const bodyBytes = txBodyWire.encode({
    ...txBodyWire.empty(),
    messages: [{ typeUrl, value: emptyBytes }],
    memo,
  });
  const fee = { amount: [], gasLimit: 1n, payer: "", granter: "" };
  const authInfoBytes = authInfoWire.encode({ signerInfos: [], fee, tip: undefined });
  return hashTx(txRawWire.encode({ bodyBytes, authInfoBytes, signatures: [] }));
}

describe("decoded transactions", () => {
  it("are remembered up to a number and up to a sum of bytes, the oldest going first", () => {
    for (const max of [
      { transactions: 3, bytes: 1_000_000 },
      { transactions: 100, bytes: 3_500 },
    ]) {
      const cache = new TransactionCache(decoder, max);
      const txs = ["a", "b", "c", "d"].map((letter) => aTx(letter.repeat(1_000)));
      const decoded = txs.map((tx) => cache.decode(tx));
      const isKnown = (index: number): boolean =>
        cache.decode(txs[index] ?? aTx("")) === decoded[index];
      assert.deepEqual([3, 2, 1, 0].map(isKnown), [true, true, true, false]);
    }
  });

  it("are forgotten with the block that holds them, and leave their room", () => {
    const cache = new TransactionCache(decoder, { transactions: 2, bytes: 1_000_000 });
    const [first, second, third] = [aTx("a"), aTx("b"), aTx("c")];
    const before = [cache.decode(first), cache.decode(second)];
    cache.forget(first);
    cache.forget(first);
    cache.decode(third);
    assert.equal(cache.decode(second), before[1]);
    assert.notEqual(cache.decode(first), before[0]);
  });
});
