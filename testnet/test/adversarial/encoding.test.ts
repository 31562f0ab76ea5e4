/** Cases 4 to 7, 14, 15 and 36 of the catalogue of attacks: bytes that two decoders read otherwise. */
import assert from "node:assert/strict";
import { TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { bytesFromText, concatBytes } from "@pyralog/chain/base";
import { describe, it } from "mocha";
import { alice, bob, Chain, sendMessage } from "../../../node/test/app/a-chain.ts";
import { refusalOf, withTypeUrl } from "./forge.ts";

const decode = 2;
/** The depth that CosmJS and the SDK would recurse to, and what must not take long. */
const tooDeepMs = 10;

function octets(...bytes: number[]): Uint8Array {
  return Uint8Array.from(bytes);
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(left)]);
}

/** One field with a length before it. */
function field(number: bigint, content: Uint8Array): Uint8Array {
  return concatBytes([varint((number << 3n) | 2n), varint(BigInt(content.length)), content]);
}

function fieldsOf(tx: Uint8Array): readonly [body: Uint8Array, auth: Uint8Array, sig: Uint8Array] {
  const { bodyBytes, authInfoBytes, signatures } = TxRaw.decode(tx);
  return [
    field(1n, bodyBytes),
    field(2n, authInfoBytes),
    field(3n, signatures[0] ?? assert.fail("the transaction is signed")),
  ];
}

function unknownField(number: bigint): number[] {
  return [...field(number, octets(1))];
}

function inBody(chain: Chain, ...tail: number[]): number {
  return refusalOf(chain, chain.send({ bodyTail: tail }))[0];
}

/** Milliseconds that the pool takes to refuse it. */
function timeOf(chain: Chain, tx: Uint8Array): number {
  const begun = performance.now();
  assert.equal(chain.check(tx).code, decode);
  return performance.now() - begun;
}

describe("bytes that two decoders read otherwise", () => {
  it("case 4: an unknown field of TxRaw gets code 2, whatever its number", () => {
    const chain = new Chain();
    for (const number of [4n, 100n, 1023n, 1024n, 2000n, 2n ** 29n - 1n]) {
      const tx = concatBytes([chain.send(), field(number, bytesFromText("x"))]);
      const [code, log] = refusalOf(chain, tx);
      assert.equal(code, decode, `field ${number}: ${log}`);
    }
  });

  it("case 4: TxBody tolerates fields with bit 11 of the number set, and no others", () => {
    const chain = new Chain();
    for (const number of [100n, 999n, 2048n, 3071n]) {
      assert.equal(inBody(chain, ...unknownField(number)), decode, `field ${number}`);
    }
    for (const number of [1024n, 2000n, 2046n]) {
      assert.equal(new Chain().check(new Chain().send({ bodyTail: unknownField(number) })).code, 0);
    }
  });

  it("case 5: TxRaw in another order, doubled or with a long varint gets code 2", () => {
    const chain = new Chain();
    const [body, auth, signature] = fieldsOf(chain.send());
    const [, second] = [body[0], auth[0] ?? 0];
    const forms: Readonly<Record<string, readonly Uint8Array[]>> = {
      "the order of 2, 1, 3": [auth, body, signature],
      "the order of 3, 1, 2": [signature, body, auth],
      "its body twice": [body, body, auth, signature],
      "its auth info twice": [body, auth, auth, signature],
      "a tag of two bytes": [octets(0x8a, 0), body.subarray(1), auth, signature],
      "a length of more bytes than needed": [
        octets(0x12),
        octets((auth[1] ?? 0) | 0x80, (auth[2] ?? 0) | 0x80, 0),
        auth.subarray(second === 0x12 ? 3 : 2),
      ],
      "an empty body that is written down": [octets(0x0a, 0), auth, signature],
      "an empty signature at its end": [body, auth, signature, octets(0x1a)],
    };
    for (const [what, parts] of Object.entries(forms)) {
      const [code, log] = refusalOf(chain, concatBytes(parts));
      assert.equal(code, decode, `${what}: ${log}`);
    }
    assert.equal(chain.check(concatBytes([body, auth, signature])).code, 0);
  });

  it("case 5: a doubled field inside the body or a message gets code 2", () => {
    const chain = new Chain();
    assert.equal(inBody(chain, 0x12, 1, 0x61, 0x12, 1, 0x62), decode);
    assert.equal(inBody(chain, 0x18, 1, 0x18, 2), decode);
    const message = sendMessage(alice, { to: bob });
    const value = concatBytes([message.value, field(2n, bytesFromText(alice.address))]);
    const tx = chain.tx({ messages: [{ ...message, value }], signers: [alice] });
    assert.equal(refusalOf(chain, tx)[0], decode);
  });

  it("case 6: an Any nested a thousand deep and more gets code 2 in less than 10 ms", () => {
    const chain = new Chain();
    for (const depth of [13, 1000, 5_000]) {
      let nested = new Uint8Array(0);
      const typeUrl = field(1n, bytesFromText("/cosmos.authz.v1beta1.MsgExec"));
      // What the SDK's decoder would unpack one call deeper each time.
      for (let level = 0; level < depth; level++) {
        nested = Uint8Array.from(concatBytes([typeUrl, field(2n, field(2n, nested))]));
        if (nested.length > 100_000) break;
      }
      const raw = TxRaw.decode(chain.send());
      const tx = TxRaw.encode({ ...raw, bodyBytes: field(1n, nested) }).finish();
      const tookMs = Math.min(...Array.from({ length: 10 }, () => timeOf(chain, tx)));
      assert.ok(tookMs < tooDeepMs, `${depth} deep took ${tookMs} ms`);
    }
  });

  it("case 6: groups and sub-messages nested in any field get code 2, and no stack overflows", () => {
    const chain = new Chain();
    let inner: Uint8Array = octets(0x0a, 0);
    while (inner.length < 100_000) inner = field(1n, inner);
    for (const [bytes, expected] of [
      [inner, decode],
      // A body of nothing, beside what would be names of keys.
      [field(2n, inner), 18],
      [new Uint8Array(100_000).fill(0x0b), decode],
      [concatBytes([chain.send(), new Uint8Array(1000).fill(0x1b)]), decode],
    ] as const) {
      const [code, log] = refusalOf(chain, bytes);
      assert.equal(code, expected, log);
    }
  });

  it("case 7: a message under another's type gets code 2, or is what it says it is", () => {
    const chain = new Chain();
    for (const typeUrl of [
      "/cosmos.bank.v1beta1.MsgMultiSend",
      "/cosmos.bank.v1beta1.Msgsend",
      "cosmos.bank.v1beta1.MsgSend",
      "type.googleapis.com/cosmos.bank.v1beta1.MsgSend",
      "/cosmos.evil.Msg",
      "cosmos-sdk/MsgSend",
      "/__proto__",
      "/constructor",
      "",
      "/",
    ]) {
      const [code, log] = refusalOf(chain, withTypeUrl(chain.send(), typeUrl));
      assert.equal(code, decode, `${typeUrl}: ${log}`);
    }
  });

  it("cases 14, 15: messages of pools, vesting and grants are of no module here: code 2", () => {
    const chain = new Chain();
    for (const typeUrl of [
      "/cosmos.distribution.v1beta1.MsgDepositValidatorRewardsPool",
      "/cosmos.vesting.v1beta1.MsgCreatePeriodicVestingAccount",
      "/cosmos.vesting.v1beta1.MsgCreateVestingAccount",
      "/cosmos.authz.v1beta1.MsgExec",
      "/cosmos.feegrant.v1beta1.MsgGrantAllowance",
    ]) {
      const [code, log] = refusalOf(chain, withTypeUrl(chain.send(), typeUrl));
      assert.deepEqual(
        [code, log],
        [decode, `unable to resolve type URL ${typeUrl}: tx parse error`],
      );
    }
  });

  it("case 36: a field number of more than 29 bits, or of zero, gets code 2 and is not truncated", () => {
    const chain = new Chain();
    for (const tag of [
      // Field 1, and field 2^29 that is field 1 where the number is cut to 29 bits.
      ((2n ** 29n) << 3n) | 2n,
      ((2n ** 29n + 1n) << 3n) | 2n,
      (2n ** 32n + 1n) | 2n,
      ((2n ** 32n + 1n) << 3n) | 2n,
      2n ** 64n - 1n,
      2n,
    ]) {
      const stray = concatBytes([varint(tag), octets(1, 0x61)]);
      for (const tx of [
        concatBytes([chain.send(), stray]),
        chain.send({ bodyTail: [...stray] }),
        TxRaw.encode({
          ...TxRaw.decode(chain.send()),
          bodyBytes: concatBytes([stray, TxBody.encode(TxBody.fromPartial({})).finish()]),
        }).finish(),
      ]) {
        const [code, log] = refusalOf(chain, tx);
        assert.equal(code, decode, `tag ${tag}: ${log}`);
      }
    }
  });
});
