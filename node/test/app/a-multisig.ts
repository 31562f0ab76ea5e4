/** Accounts of several keys, signed as hardware wallets sign: each member sees the JSON. */
import { MultiSignature } from "cosmjs-types/cosmos/crypto/multisig/v1beta1/multisig";
import { LegacyAminoPubKey } from "cosmjs-types/cosmos/crypto/multisig/keys";
import { AuthInfo, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { Registry } from "@cosmjs/proto-signing";
import { defaultRegistryTypes, type SigningStargateClient } from "@cosmjs/stargate";
import { bytesFromText } from "@pyralog/chain/base";
import { bech32FromBytes } from "@pyralog/chain/crypto";
import { accountKeyFromAny, addressOfKey } from "@pyralog/chain/execution";
import { genesisAppState } from "@pyralog/node/app";
import {
  alice,
  bob,
  carol,
  Chain,
  chainId,
  coins,
  crypto,
  funds,
  genesisParts,
  keyAnyOf,
  signatureOf,
  type Person,
} from "./a-chain.ts";

export type AminoSigner = Exclude<
  Parameters<typeof SigningStargateClient.offline>[0],
  { signDirect: unknown }
>;
type StdSignDoc = Parameters<AminoSigner["signAmino"]>[1];

const gas = "300000";
export const stdFee = { amount: coins(300_000n * 10n ** 9n), gas };

/** JSON as CosmJS signs it: sorted by `JSON.stringify`, and three letters escaped. */
export function signedText(doc: unknown): string {
  return JSON.stringify(sorted(doc)).replace(
    /[<>&]/g,
    (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`,
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

export function send(
  from: Person | string,
  amount = coins(5n),
): { typeUrl: string; value: unknown } {
  const fromAddress = typeof from === "string" ? from : from.address;
  const value = { fromAddress, toAddress: bob.address, amount };
  return { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value };
}

export type KeyAny = ReturnType<typeof keyAnyOf>;

export function nested(depth: number): KeyAny {
  let key = keyAnyOf(alice);
  for (let level = 0; level < depth; level++) {
    const value = LegacyAminoPubKey.encode({ threshold: 1, publicKeys: [key] }).finish();
    key = { typeUrl: "/cosmos.crypto.multisig.LegacyAminoPubKey", value };
  }
  return key;
}

export interface Multisig {
  readonly members: readonly Person[];
  readonly threshold?: number;
}

export const members = [alice, bob, carol];

function multisigKeyAny({ members: all, threshold = 2 }: Multisig): ReturnType<typeof keyAnyOf> {
  const value = LegacyAminoPubKey.encode({ threshold, publicKeys: all.map(keyAnyOf) }).finish();
  return { typeUrl: "/cosmos.crypto.multisig.LegacyAminoPubKey", value };
}

export function multisigAddress(multisig: Multisig): string {
  const bytes = addressOfKey(accountKeyFromAny(multisigKeyAny(multisig)), crypto);
  return bech32FromBytes({ prefix: "pyr", bytes });
}

export function chainWith(address: string): Chain {
  const accounts = [...genesisParts().accounts, { address, amount: funds }];
  return new Chain({ appState: genesisAppState(genesisParts({ accounts })) });
}

const registry = new Registry(defaultRegistryTypes);

export function multisigned(multisig: Multisig, signers: readonly Person[]): Uint8Array {
  const from = multisigAddress(multisig);
  const amount = coins(5n);
  const doc: StdSignDoc = {
    chain_id: chainId,
    account_number: "3",
    sequence: "0",
    fee: stdFee,
    memo: "together",
    msgs: [
      {
        type: "cosmos-sdk/MsgSend",
        value: { from_address: from, to_address: bob.address, amount },
      },
    ],
  };
  const signBytes = bytesFromText(signedText(doc));
  const bodyBytes = registry.encodeTxBody({ messages: [send(from)], memo: "together" });
  const modeInfos = signers.map(() => ({ single: { mode: 127 } }));
  const bitarray = bitsOf(multisig.members.map((member) => signers.includes(member)));
  const publicKey = multisigKeyAny(multisig);
  const authInfoBytes = AuthInfo.encode(
    AuthInfo.fromPartial({
      signerInfos: [{ publicKey, modeInfo: { multi: { bitarray, modeInfos } }, sequence: 0n }],
      fee: { amount: stdFee.amount, gasLimit: BigInt(gas) },
    }),
  ).finish();
  const signatures = signers.map((signer) => signatureOf(signer, signBytes));
  const whole = MultiSignature.encode({ signatures }).finish();
  return TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [whole] }).finish();
}

/** The first bit is the highest of the first byte. */
function bitsOf(bits: readonly boolean[]): { extraBitsStored: number; elems: Uint8Array } {
  const elems = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) {
    if (bit) elems[index >> 3] = (elems[index >> 3] ?? 0) | (0x80 >> (index & 7));
  }
  return { extraBitsStored: bits.length % 8, elems };
}

export function signedBy(
  publicKey: KeyAny,
  by: { readonly from: string; readonly signature: Uint8Array },
): Uint8Array {
  const authInfo = AuthInfo.fromPartial({
    signerInfos: [{ publicKey, modeInfo: { single: { mode: 1 } }, sequence: 0n }],
    fee: { amount: stdFee.amount, gasLimit: BigInt(gas) },
  });
  return TxRaw.encode({
    bodyBytes: registry.encodeTxBody({ messages: [send(by.from)] }),
    authInfoBytes: AuthInfo.encode(authInfo).finish(),
    signatures: [by.signature],
  }).finish();
}
