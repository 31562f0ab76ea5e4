/** From a phrase or a secret key to what the chain knows of an account. */
import { HDKey } from "@scure/bip32";
import { generateMnemonic, mnemonicToSeedWebcrypto, validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { bytesFromHex } from "@pyralog/chain/base";
import { ethAddress, type Crypto } from "@pyralog/chain/crypto";
import { KeystoreError } from "./keystore-error.ts";

/** A key that can sign, and the 20 bytes that it owns. */
export interface Account {
  readonly secretKey: Uint8Array;
  /** Compressed, 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly address: Uint8Array;
}

/** A phrase, and which of its accounts: m/44'/60'/0'/0/index. */
export interface Phrase {
  readonly words: string;
  readonly index: number;
}

export type WordCount = 12 | 24;

const entropyBits: Readonly<Record<WordCount, number>> = { 12: 128, 24: 256 };

export function createPhrase(words: WordCount): string {
  return generateMnemonic(wordlist, entropyBits[words]);
}

/** @throws KeystoreError `MNEMONIC_INVALID` */
export async function accountFromPhrase(phrase: Phrase, crypto: Crypto): Promise<Account> {
  const words = phrase.words.normalize("NFKD").trim().split(/\s+/).join(" ").toLowerCase();
  if (!validateMnemonic(words, wordlist)) {
    throw new KeystoreError({
      code: "MNEMONIC_INVALID",
      message:
        "these words are no BIP-39 phrase: 12, 15, 18, 21 or 24 English words, the last of which " +
        "checks the others; compare each with what was written down",
    });
  }
  const seed = await mnemonicToSeedWebcrypto(words);
  const { privateKey } = HDKey.fromMasterSeed(seed).derive(phrasePath(phrase.index));
  if (privateKey === null) throw secretKeyInvalid();
  return accountFromSecretKey(new Uint8Array(privateKey), crypto);
}

export function phrasePath(index: number): string {
  return `m/44'/60'/0'/0/${index}`;
}

/** @throws KeystoreError `SECRET_KEY_INVALID` */
export function accountFromSecretKey(secretKey: Uint8Array, crypto: Crypto): Account {
  try {
    const publicKey = crypto.secp256k1PublicKey(secretKey);
    const address = ethAddress(crypto.decompressSecp256k1(publicKey));
    return { secretKey, publicKey, address };
  } catch (error) {
    throw secretKeyInvalid(error);
  }
}

/** 64 digits, with or without 0x. @throws KeystoreError `SECRET_KEY_INVALID` */
export function secretKeyFromHex(text: string): Uint8Array {
  const digits = text.trim().replace(/^0x/, "");
  if (!/^[0-9a-fA-F]{64}$/.test(digits)) throw secretKeyInvalid();
  return bytesFromHex(digits);
}

function secretKeyInvalid(cause?: unknown): KeystoreError {
  return new KeystoreError({
    code: "SECRET_KEY_INVALID",
    message: "this is no secret key: 64 hexadecimal digits, below the order of secp256k1",
    cause,
  });
}
