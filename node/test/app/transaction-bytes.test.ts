import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { alice, bob, Chain, sendMessage } from "./a-chain.ts";

describe("bytes that are no transaction", () => {
  const chain = new Chain();
  const whole = chain.send();
  const tail = (...bytes: number[]): Uint8Array => Uint8Array.from([...whole, ...bytes]);
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ["no bytes", new Uint8Array(0)],
    ["garbage", Uint8Array.from([0xff, 0xff, 0xff])],
    ["half of one", whole.subarray(0, 100)],
    ["an unknown field", tail(0xa2, 0x06, 0x00)],
    ["an unknown field that would not be critical in a body", tail(0x82, 0x7d, 0x00)],
    ["its body twice", Uint8Array.from([...firstField(whole), ...whole])],
    ["its fields in another order", Uint8Array.from([0x1a, 0x01, 0x00, ...whole])],
    ["a varint of too many bytes", Uint8Array.from([0x8a, 0x00, ...whole.subarray(1)])],
    ["a field number beyond 2^29", tail(0x82, 0x80, 0x80, 0x80, 0x80, 0x01, 0x00)],
  ];
  for (const [what, bytes] of cases) {
    it(`are refused with code 2: ${what}`, () => {
      const { code, log, codespace } = chain.check(bytes);
      assert.deepEqual([code, codespace], [2, "sdk"], log);
    });
  }

  it("may have unknown fields in the body from 1024 on, if their eleventh bit is set", () => {
    const fresh = new Chain();
    assert.equal(fresh.check(fresh.send({ bodyTail: [0x80, 0x7d, 0x01] })).code, 0);
    const critical = fresh.send({ sequence: 1n, bodyTail: [0xa0, 0x06, 0x01] });
    assert.equal(fresh.check(critical).code, 2);
  });

  it("may not have them inside a message of the body", () => {
    const message = sendMessage(alice, { to: bob });
    const value = Uint8Array.from([...message.value, 0x80, 0x7d, 0x01]);
    const tx = chain.tx({ messages: [{ ...message, value }], signers: [alice] });
    assert.equal(chain.check(tx).code, 2);
  });

  it("are refused with code 31 for an extension that must be understood", () => {
    const option = [0xfa, 0x3f, 0x04, 0x0a, 0x02, 0x2f, 0x78];
    const { code, log } = chain.check(chain.send({ bodyTail: option }));
    assert.deepEqual([code, log], [31, "unknown extension options"]);
  });

  it("are refused with code 37 where they ask for what this chain has not", () => {
    assert.equal(chain.check(chain.send({ bodyTail: [0x20, 0x01] })).code, 37);
  });
});

function firstField(tx: Uint8Array): Uint8Array {
  const { bodyBytes } = TxRaw.decode(tx);
  const nothing = new Uint8Array(0);
  return TxRaw.encode({ bodyBytes, authInfoBytes: nothing, signatures: [] }).finish();
}
