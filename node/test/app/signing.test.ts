/** Signatures as CosmJS' own signing client makes and lays them out, against our verification. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { DirectEthSecp256k1Wallet, DirectSecp256k1Wallet } from "@cosmjs/proto-signing";
import { SigningStargateClient } from "@cosmjs/stargate";
import { PubKey } from "cosmjs-types/cosmos/crypto/ed25519/keys";
import { MultiSignature } from "cosmjs-types/cosmos/crypto/multisig/v1beta1/multisig";
import { AuthInfo, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { base64FromBytes, bytesFromText } from "@pyralog/chain/base";
import { bech32FromBytes, sha256 } from "@pyralog/chain/crypto";
import { accountKeyFromAny, addressOfKey } from "@pyralog/chain/execution";
import { createAddress } from "@pyralog/chain/types";
import {
  alice,
  bob,
  carol,
  Chain,
  chainId,
  coins,
  crypto,
  funds,
  keyAnyOf,
  signatureOf,
  type Person,
} from "./a-chain.ts";
import {
  chainWith,
  members,
  multisigAddress,
  multisigned,
  nested,
  send,
  signedBy,
  signedText,
  stdFee,
  type AminoSigner,
  type KeyAny,
  type Multisig,
} from "./a-multisig.ts";

const aminoTypes = {
  secp256k1: "tendermint/PubKeySecp256k1",
  ethsecp256k1: "os/PubKeyEthSecp256k1",
} as const;

function aminoPubkey(person: Person): { readonly type: string; readonly value: string } {
  return { type: aminoTypes[person.scheme], value: base64FromBytes(person.publicKey) };
}

/** What a hardware wallet does: it sees the JSON, and signs that. */
function aminoSigner(person: Person): AminoSigner {
  const algo = person.scheme === "secp256k1" ? "secp256k1" : "eth_secp256k1";
  return {
    getAccounts: () =>
      Promise.resolve([{ address: person.address, algo, pubkey: person.publicKey }]),
    signAmino(_, doc) {
      const signature = base64FromBytes(signatureOf(person, bytesFromText(signedText(doc))));
      return Promise.resolve({
        signed: doc,
        signature: { pub_key: aminoPubkey(person), signature },
      });
    },
  };
}

interface Signing {
  readonly signer: Parameters<typeof SigningStargateClient.offline>[0];
  readonly from: Person;
  readonly memo?: string;
  readonly timeoutHeight?: bigint;
  readonly messages?: readonly { typeUrl: string; value: unknown }[];
}

async function signed(chain: Chain, signing: Signing): Promise<Uint8Array> {
  const { signer, from, memo = "", timeoutHeight, messages = [send(from)] } = signing;
  const client = await SigningStargateClient.offline(signer);
  const facts = { accountNumber: chain.number(from), sequence: 0, chainId };
  const raw = await client.sign(from.address, messages, stdFee, memo, facts, timeoutHeight);
  return TxRaw.encode(raw).finish();
}

describe("CosmJS' direct signers", () => {
  it("are understood with a secp256k1 key", async () => {
    const chain = new Chain();
    const signer = await DirectSecp256k1Wallet.fromKey(alice.secretKey, "pyr");
    const tx = await signed(chain, { signer, from: alice, memo: "hi", timeoutHeight: 9n });
    assert.equal(chain.block(tx)[0]?.code, 0);
  });

  it("are understood with an Ethereum key, whose address is Ethereum's", async () => {
    const chain = new Chain();
    const signer = await DirectEthSecp256k1Wallet.fromKey(carol.secretKey, "pyr");
    assert.equal((await signer.getAccounts())[0]?.address, carol.address);
    assert.equal(chain.block(await signed(chain, { signer, from: carol }))[0]?.code, 0);
  });
});

describe("amino JSON", () => {
  const memos = [
    "",
    "plain",
    "a <b> & c",
    'quotes " and \\ and \n and \t',
    "ünïcödé ☃ 𝄞",
    "\u007f",
  ];
  for (const memo of memos) {
    it(`is rebuilt byte for byte with the memo ${JSON.stringify(memo)}`, async () => {
      const chain = new Chain();
      const tx = await signed(chain, { signer: aminoSigner(alice), from: alice, memo });
      assert.equal(chain.block(tx)[0]?.code, 0);
    });
  }

  it("is rebuilt with a timeout height, and for an Ethereum key", async () => {
    const chain = new Chain();
    const signer = aminoSigner(carol);
    const tx = await signed(chain, { signer, from: carol, timeoutHeight: 10n });
    const [result] = chain.block(tx);
    assert.equal(result?.code, 0, result?.log);
  });

  it("is rebuilt for a payment to many", async () => {
    const chain = new Chain();
    const value = {
      inputs: [{ address: alice.address, coins: coins(7n) }],
      outputs: [
        { address: bob.address, coins: coins(3n) },
        { address: carol.address, coins: coins(4n) },
      ],
    };
    const messages = [{ typeUrl: "/cosmos.bank.v1beta1.MsgMultiSend", value }, send(alice)];
    const tx = await signed(chain, { signer: aminoSigner(alice), from: alice, messages });
    const [result] = chain.block(tx);
    assert.equal(result?.code, 0, result?.log);
    assert.equal(chain.balance(carol), funds + 4n);
  });

  it("does not pass where a wallet would not see all", async () => {
    const chain = new Chain();
    const tx = chain.send({ mode: 127, bodyTail: [0x80, 0x7d, 0x01] });
    const { code, log } = chain.check(tx);
    assert.equal(code, 4);
    assert.equal(log, "amino JSON cannot show all of the transaction: unauthorized");
  });

  it("does not pass with the mode relabelled to direct", async () => {
    const chain = new Chain();
    const tx = TxRaw.decode(await signed(chain, { signer: aminoSigner(alice), from: alice }));
    const authInfo = AuthInfo.decode(tx.authInfoBytes);
    const [info] = authInfo.signerInfos;
    const relabelled = AuthInfo.fromPartial({
      ...authInfo,
      signerInfos: [{ ...info, modeInfo: { single: { mode: 1 } } }],
    });
    const authInfoBytes = AuthInfo.encode(relabelled).finish();
    assert.equal(chain.check(TxRaw.encode({ ...tx, authInfoBytes }).finish()).code, 4);
  });
});

describe("a multi-signature", () => {
  it("has the address that CosmJS' `pubkeyToAddress` derives", () => {
    assert.equal(multisigAddress({ members }), "pyr1pcfdkc765nyyj5xwxhfsrv9umgwt44axt5a7r9");
  });

  it("is accepted from any two of three, Ethereum keys among them", () => {
    for (const signers of [[alice, bob], [bob, carol], [alice, carol], members]) {
      const chain = chainWith(multisigAddress({ members }));
      const [result] = chain.block(multisigned({ members }, signers));
      assert.equal(result?.code, 0, result?.log);
    }
  });

  it("pays more gas for more signatures", () => {
    const used = [[alice, bob], members].map((signers) => {
      const chain = chainWith(multisigAddress({ members }));
      return chain.block(multisigned({ members }, signers))[0]?.gasUsed ?? 0n;
    });
    const [two = 0n, three = 0n] = used;
    assert.ok(three - two >= 1000n && three - two < 2000n, `${two} ${three}`);
  });

  const refusals: readonly (readonly [string, Multisig, readonly Person[], RegExp])[] = [
    ["of too few", { members }, [alice], /not enough signatures set, have 1, expected 2/],
    ["of threshold zero", { members, threshold: 0 }, [alice, bob], /threshold 0 of 3 keys/],
    ["beyond its keys", { members, threshold: 4 }, members, /threshold 4 of 3 keys/],
    ["with one key twice", { members: [alice, alice, bob] }, [alice, bob], /duplicate public keys/],
  ];
  for (const [what, multisig, signers, log] of refusals) {
    it(`is refused with code 4: ${what}`, () => {
      const chain = chainWith(multisigAddress(multisig));
      const checked = chain.check(multisigned(multisig, signers));
      assert.equal(checked.code, 4);
      assert.match(checked.log, log);
    });
  }

  it("is refused where a member's signature is another's", () => {
    const chain = chainWith(multisigAddress({ members }));
    const raw = TxRaw.decode(multisigned({ members }, [alice, bob]));
    const { signatures } = MultiSignature.decode(raw.signatures[0] ?? new Uint8Array(0));
    const swapped = MultiSignature.encode({ signatures: signatures.toReversed() }).finish();
    const { code, log } = chain.check(TxRaw.encode({ ...raw, signatures: [swapped] }).finish());
    assert.equal(code, 4);
    assert.match(log, /unable to verify signature at index 0/);
  });

  it("is refused with more bits than keys, with missing and with malformed signatures", () => {
    const chain = chainWith(multisigAddress({ members }));
    const raw = TxRaw.decode(multisigned({ members }, [alice, bob]));
    const { signatures } = MultiSignature.decode(raw.signatures[0] ?? new Uint8Array(0));
    const few = MultiSignature.encode({ signatures: signatures.slice(1) }).finish();
    for (const [bytes, log] of [
      [few, /2 members, but 1 signatures/],
      [Uint8Array.of(1, 2, 3), /malformed multi-signature/],
    ] as const) {
      const checked = chain.check(TxRaw.encode({ ...raw, signatures: [bytes] }).finish());
      assert.equal(checked.code, 4);
      assert.match(checked.log, log);
    }
    const authInfo = AuthInfo.decode(raw.authInfoBytes);
    const multi = authInfo.signerInfos[0]?.modeInfo?.multi;
    assert.ok(multi?.bitarray !== undefined);
    multi.bitarray.extraBitsStored = 4;
    const authInfoBytes = AuthInfo.encode(authInfo).finish();
    const wide = chain.check(TxRaw.encode({ ...raw, authInfoBytes }).finish());
    assert.match(wide.log, /bit array size is incorrect, expecting: 3/);
  });

  it("is refused with more keys than the chain allows", () => {
    const many = Array.from({ length: 8 }, () => alice);
    const multisig = { members: many };
    const chain = chainWith(multisigAddress(multisig));
    const { code, log } = chain.check(multisigned(multisig, [alice]));
    assert.equal(code, 14);
    assert.equal(log, "signatures: 8, limit: 7: maximum number of signatures exceeded");
  });
});

describe("keys that cannot sign here", () => {
  it("are refused with code 8 if they are of ed25519, and have paid their gas", () => {
    const key = crypto.ed25519PublicKey(alice.secretKey);
    const address = createAddress(sha256(key).slice(0, 20));
    const text = bech32FromBytes({ prefix: "pyr", bytes: address });
    const chain = chainWith(text);
    const value = PubKey.encode({ key }).finish();
    const publicKey = { typeUrl: "/cosmos.crypto.ed25519.PubKey", value };
    const tx = signedBy(publicKey, { from: text, signature: new Uint8Array(64) });
    const { code, log } = chain.check(tx);
    assert.deepEqual([code, log], [8, "ED25519 public keys are unsupported: invalid pubkey"]);
  });

  it("are refused with code 4 if they are multi-signatures of multi-signatures", () => {
    const publicKey = nested(2);
    const bytes = addressOfKey(accountKeyFromAny(publicKey), crypto);
    const from = bech32FromBytes({ prefix: "pyr", bytes });
    const chain = chainWith(from);
    const { code, log } = chain.check(signedBy(publicKey, { from, signature: new Uint8Array(64) }));
    assert.equal(code, 4);
    assert.match(log, /nested multisig is not accepted/);
  });
});

function withKey(chain: Chain, publicKey: KeyAny): Uint8Array {
  const raw = TxRaw.decode(chain.send());
  const authInfo = AuthInfo.decode(raw.authInfoBytes);
  const signerInfos = authInfo.signerInfos.map((info) => ({ ...info, publicKey }));
  const changed = AuthInfo.fromPartial({ ...authInfo, signerInfos });
  return TxRaw.encode({ ...raw, authInfoBytes: AuthInfo.encode(changed).finish() }).finish();
}

describe("keys inside keys", () => {
  it("are refused with code 2 when they are a thousand deep, at once", () => {
    const chain = new Chain();
    const { code, log } = chain.check(withKey(chain, nested(1000)));
    assert.deepEqual([code, log], [2, "recursion limit exceeded: tx parse error"]);
  });

  it("are refused with code 8 when they are not the account's", () => {
    const chain = new Chain();
    assert.equal(chain.check(withKey(chain, nested(2))).code, 8);
  });

  it("are refused with code 8 or 2 when they are malformed", () => {
    const chain = new Chain();
    const short = { ...keyAnyOf(alice), value: Uint8Array.of(0x0a, 1, 2) };
    assert.equal(chain.check(withKey(chain, short)).code, 8);
    const unknown = { ...keyAnyOf(alice), typeUrl: "/cosmos.crypto.none.PubKey" };
    assert.equal(chain.check(withKey(chain, unknown)).code, 2);
    const garbage = { ...keyAnyOf(alice), value: Uint8Array.of(9, 9, 9) };
    assert.equal(chain.check(withKey(chain, garbage)).code, 2);
  });
});
