/** Cases 1 to 3, 8, 9 and 11 of the catalogue of attacks: signatures that should not be. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { SignDoc, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { MultiSignature } from "cosmjs-types/cosmos/crypto/multisig/v1beta1/multisig";
import { bytesFromHex, concatBytes } from "@pyralog/chain/base";
import { bech32FromBytes } from "@pyralog/chain/crypto";
import { accountKeyFromAny, addressOfKey } from "@pyralog/chain/execution";
import { describe, it } from "mocha";
import {
  alice,
  bob,
  carol,
  Chain,
  coins,
  crypto,
  signatureOf,
} from "../../../node/test/app/a-chain.ts";
import {
  chainWith,
  members,
  multisigAddress,
  multisigned,
  nested,
  signedBy,
  type Multisig,
} from "../../../node/test/app/a-multisig.ts";
import {
  bytesFrom,
  derFrom,
  numberFrom,
  order,
  refusalOf,
  signatureIn,
  withAuthInfo,
  withSignatures,
} from "./forge.ts";

const unverified = /^signature verification failed; please verify account number/;

function vectors(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), "utf8"));
}

describe("signatures that should not be", () => {
  it("case 1: a high s gets code 4, for both schemes, and the low one is taken after it", () => {
    for (const from of [alice, carol]) {
      const chain = new Chain();
      const tx = chain.send({ from });
      const signature = signatureIn(tx);
      const s = numberFrom(signature.subarray(32));
      const high = concatBytes([signature.subarray(0, 32), bytesFrom(order - s, 32)]);
      const [code, log] = refusalOf(chain, withSignatures(tx, [high]));
      assert.equal(code, 4);
      assert.match(log, unverified);
      assert.equal(chain.block(tx)[0]?.code, 0);
    }
  });

  it("case 2: DER, padding, short numbers and a recovery byte get code 4", () => {
    const chain = new Chain();
    const tx = chain.send();
    const signature = signatureIn(tx);
    const forms = [
      derFrom(signature),
      concatBytes([signature, Uint8Array.of(0)]),
      concatBytes([Uint8Array.of(0), signature]),
      concatBytes([signature, Uint8Array.of(27)]),
      signature.subarray(1),
      signature.subarray(0, 63),
      signature.subarray(0, 32),
      new Uint8Array(0),
      new Uint8Array(64),
      new Uint8Array(64).fill(0xff),
      concatBytes([bytesFrom(order, 32), signature.subarray(32)]),
    ];
    for (const form of forms) {
      const [code, log] = refusalOf(chain, withSignatures(tx, [form]));
      assert.equal(code, 4, `${form.length} bytes: ${log}`);
    }
    assert.equal(chain.check(tx).code, 0);
  });

  it("case 3: ed25519 gets ZIP-215's verdict on all its 196 edges", () => {
    const cases = vectors("zip215/zip215.json");
    assert.ok(Array.isArray(cases));
    for (const each of cases as readonly Record<string, unknown>[]) {
      const accepted = crypto.verifyEd25519({
        publicKey: bytesFromHex(String(each["vk_bytes"])),
        message: new TextEncoder().encode("Zcash"),
        signature: bytesFromHex(String(each["sig_bytes"])),
      });
      assert.equal(accepted, each["valid_zip215"], JSON.stringify(each));
    }
    assert.equal(cases.length, 196);
  });

  it("case 8: a signature in one mode passes in no other", () => {
    for (const mode of [0, 2, 3, 127, 191, 2 ** 31 - 1]) {
      const chain = new Chain();
      const relabelled = withAuthInfo(chain.send({ memo: "one\nline" }), ({ signerInfos }) => ({
        signerInfos: signerInfos.map((info) => ({ ...info, modeInfo: { single: { mode } } })),
      }));
      const [code, log] = refusalOf(chain, relabelled);
      assert.equal(code, 4, `mode ${mode}: ${log}`);
    }
  });

  it("case 8: a signed document is of one memo and one order of coins alone", () => {
    const chain = new Chain();
    const two = [...coins(1n, "aaa"), ...coins(2n)];
    for (const changed of [{ memo: "a\nb" }, { amount: two.toReversed() }]) {
      const raw = TxRaw.decode(chain.send({ memo: "a b", amount: two }));
      const { bodyBytes } = TxRaw.decode(chain.send({ memo: "a b", amount: two, ...changed }));
      const [code] = refusalOf(chain, TxRaw.encode({ ...raw, bodyBytes }).finish());
      assert.ok(code === 4 || code === 10, `code ${code}`);
    }
  });

  it("case 9: what was signed for another chain, or for none, gets code 4", () => {
    for (const signChainId of ["test-2", "TEST-1", "test-1 ", ""]) {
      const [code, log] = refusalOf(new Chain(), new Chain().send({ signChainId }));
      assert.equal(code, 4);
      assert.match(log, unverified);
    }
  });

  it("case 9: what was signed under another account number gets code 4", () => {
    const chain = new Chain();
    const raw = TxRaw.decode(chain.send());
    const { bodyBytes, authInfoBytes } = raw;
    const parts = { bodyBytes, authInfoBytes, chainId: "test-1", accountNumber: 1n };
    const doc = SignDoc.fromPartial(parts);
    const signature = signatureOf(alice, SignDoc.encode(doc).finish());
    const [code] = refusalOf(chain, TxRaw.encode({ ...raw, signatures: [signature] }).finish());
    assert.equal(code, 4);
  });

  const odd: readonly (readonly [string, Multisig, typeof members])[] = [
    ["of threshold 0", { members, threshold: 0 }, [alice, bob]],
    ["beyond its keys", { members, threshold: 4 }, members],
    ["with one key twice", { members: [alice, alice, bob] }, [alice, bob]],
    ["with too few signatures", { members }, [alice]],
  ];
  for (const [what, multisig, signers] of odd) {
    it(`case 11: a multi-signature ${what} gets code 4`, () => {
      const chain = chainWith(multisigAddress(multisig));
      assert.equal(refusalOf(chain, multisigned(multisig, signers))[0], 4);
    });
  }

  it("case 11: a multi-signature with more bits than keys or signatures gets code 4", () => {
    const chain = chainWith(multisigAddress({ members }));
    const tx = multisigned({ members }, [alice, bob]);
    const { signatures } = MultiSignature.decode(signatureIn(tx));
    const fewer = MultiSignature.encode({ signatures: signatures.slice(1) }).finish();
    assert.equal(refusalOf(chain, withSignatures(tx, [fewer]))[0], 4);
    for (const bits of [
      { extraBitsStored: 4, elems: Uint8Array.of(0xf0) },
      { extraBitsStored: 3, elems: Uint8Array.of(0xff, 0xff) },
      { extraBitsStored: 2 ** 32 - 1, elems: Uint8Array.of(0xc0) },
      { extraBitsStored: 0, elems: new Uint8Array(8192).fill(0xff) },
    ]) {
      const wide = withAuthInfo(tx, ({ signerInfos }) => ({
        signerInfos: signerInfos.map((info) => {
          const modeInfos = info.modeInfo?.multi?.modeInfos ?? [];
          const multi = { modeInfos, bitarray: bits };
          return { ...info, modeInfo: { multi } };
        }),
      }));
      assert.equal(refusalOf(chain, wide)[0], 4, JSON.stringify(bits.extraBitsStored));
    }
  });

  it("case 11: a multi-signature inside another gets code 4", () => {
    const publicKey = nested(2);
    const bytes = addressOfKey(accountKeyFromAny(publicKey), crypto);
    const from = bech32FromBytes({ prefix: "pyr", bytes });
    const tx = signedBy(publicKey, { from, signature: new Uint8Array(64) });
    const [code, log] = refusalOf(chainWith(from), tx);
    assert.equal(code, 4);
    assert.match(log, /nested multisig is not accepted/);
  });
});
