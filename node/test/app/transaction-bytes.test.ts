import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { AuthInfo, ModeInfo, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { alice, aPerson, bob, Chain, sendMessage } from "./a-chain.ts";

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

describe("parts beyond their limits", () => {
  const chain = new Chain();

  it("are refused with code 2: more than a thousand messages", () => {
    const messages = Array.from({ length: 1001 }, () => sendMessage(alice, { to: bob }));
    const { code, log } = chain.check(chain.tx({ messages, signers: [alice] }));
    assert.deepEqual([code, log], [2, "more than 1000 messages: tx parse error"]);
  });

  it("are refused with code 2: more than 64 signers", () => {
    const people = Array.from({ length: 65 }, (_, index) => aPerson(`signer ${index}`));
    const messages = people.map((person) => sendMessage(person, { to: bob }));
    const { code, log } = chain.check(chain.tx({ messages, signers: [alice] }));
    assert.deepEqual([code, log], [2, "more than 64 signers: tx parse error"]);
  });

  it("are refused with code 2: more than 64 coins of fee", () => {
    const fee = Array.from({ length: 65 }, (_, index) => ({ denom: `coin${index}`, amount: "1" }));
    const { code, log } = chain.check(chain.send({ fee }));
    assert.deepEqual([code, log], [2, "more than 64 coins of fee: tx parse error"]);
  });

  it("are refused with code 2 in the nesting of the transaction itself", () => {
    let modeInfo = ModeInfo.fromPartial({ single: { mode: 1 } });
    for (let level = 0; level < 100; level++) {
      modeInfo = ModeInfo.fromPartial({ multi: { modeInfos: [modeInfo] } });
    }
    const { code, log } = chain.check(withAuthInfo(chain, { modeInfo }));
    assert.deepEqual([code, log], [2, "recursion limit exceeded: tx parse error"]);
  });

  it("are refused with code 37 where they tip, and with code 18 without a fee", () => {
    const raw = TxRaw.decode(chain.send());
    const authInfo = AuthInfo.decode(raw.authInfoBytes);
    const tip = AuthInfo.fromPartial({ ...authInfo, tip: { tipper: alice.address } });
    const tipping = { ...raw, authInfoBytes: AuthInfo.encode(tip).finish() };
    assert.equal(chain.check(TxRaw.encode(tipping).finish()).code, 37);
    const free = AuthInfo.fromPartial({ signerInfos: authInfo.signerInfos });
    const bare = { ...raw, authInfoBytes: AuthInfo.encode(free).finish() };
    assert.equal(chain.check(TxRaw.encode(bare).finish()).code, 18);
  });

  it("are refused with code 4 where a signer has no mode", () => {
    const { code, log } = chain.check(withAuthInfo(chain, { modeInfo: undefined }));
    assert.deepEqual([code, log], [4, "a signer names neither key nor mode: unauthorized"]);
    const multi = ModeInfo.fromPartial({ multi: {} });
    const odd = chain.check(withAuthInfo(chain, { modeInfo: multi }));
    assert.match(odd.log, /a single key needs a single signature/);
  });
});

/** A send whose signer says something else of how it signs. */
function withAuthInfo(
  chain: Chain,
  signer: { readonly modeInfo: ModeInfo | undefined },
): Uint8Array {
  const raw = TxRaw.decode(chain.send());
  const authInfo = AuthInfo.decode(raw.authInfoBytes);
  for (const info of authInfo.signerInfos) Object.assign(info, signer);
  return TxRaw.encode({ ...raw, authInfoBytes: AuthInfo.encode(authInfo).finish() }).finish();
}

function firstField(tx: Uint8Array): Uint8Array {
  const { bodyBytes } = TxRaw.decode(tx);
  const nothing = new Uint8Array(0);
  return TxRaw.encode({ bodyBytes, authInfoBytes: nothing, signatures: [] }).finish();
}
