/**
 * One key in one file: Web3 Secret Storage v3, scrypt N = 2^17, by ethers, whose derivation runs
 * natively here. A section of ours beside it holds what is no secret.
 */
import { randomBytes, scrypt } from "node:crypto";
import type * as EthersModule from "ethers";
import { bytesFromHex, equalBytes, hexFromBytes } from "@pyralog/chain/base";
import { phrasePath, type Phrase } from "./account.ts";
import { KeystoreError } from "./keystore-error.ts";

export interface PublicPart {
  readonly address: Uint8Array;
  readonly publicKey: Uint8Array;
  /** Its secret is public: it signs on development chains only. */
  readonly dev: boolean;
}

export interface SecretPart {
  readonly secretKey: Uint8Array;
  /** Where the key came from one. */
  readonly phrase?: Phrase;
}

const cost = { N: 2 ** 17, r: 8, p: 1 } as const;
/** A file from elsewhere may ask for this much memory and no more. */
const memoryMax = 1024 * 1024 * 1024;
const lanesMax = 16;
const roundsMax = 10_000_000;
const section = "x-pyralog";

export interface NewKey {
  readonly known: PublicPart;
  readonly secret: SecretPart;
}

/** Keys that are made together under one password share one salt, and so one slow derivation. */
export async function encryptKeys(
  keys: readonly NewKey[],
  password: string,
): Promise<readonly string[]> {
  const ethers = await loadEthers();
  const salt = new Uint8Array(randomBytes(32));
  let shared: Promise<Uint8Array> | undefined;
  ethers.scrypt.register((...derivation) => {
    if (!equalBytes(derivation[1], salt)) return nativeScrypt(...derivation);
    shared ??= nativeScrypt(...derivation);
    return shared;
  });
  const texts: string[] = [];
  for (const { known, secret } of keys) {
    const account = {
      address: `0x${hexFromBytes(known.address)}`,
      privateKey: `0x${hexFromBytes(secret.secretKey)}`,
      ...mnemonicOf(secret, ethers),
    };
    const text = await ethers.encryptKeystoreJson(account, password, { scrypt: cost, salt });
    const json: unknown = JSON.parse(text);
    const own = { publicKey: hexFromBytes(known.publicKey), dev: known.dev };
    texts.push(`${JSON.stringify({ ...asRecord(json), [section]: own }, undefined, 2)}\n`);
  }
  ethers.scrypt.register(nativeScrypt);
  return texts;
}

function mnemonicOf(
  { phrase }: SecretPart,
  ethers: Ethers,
): Pick<EthersModule.KeystoreAccount, "mnemonic"> {
  if (phrase === undefined) return {};
  const { entropy } = ethers.Mnemonic.fromPhrase(phrase.words);
  return { mnemonic: { entropy, path: phrasePath(phrase.index), locale: "en" } };
}

/** @throws KeystoreError `PASSWORD_WRONG`, or `KEY_FILE_INVALID` on a file that is none of ours. */
export async function decryptKey(text: string, password: string): Promise<SecretPart> {
  const json = keyJson(text);
  assertAffordable(json);
  const { decryptKeystoreJson, Mnemonic } = await loadEthers();
  try {
    const { privateKey, mnemonic } = await decryptKeystoreJson(text, password);
    const secretKey = bytesFromHex(privateKey.slice(2));
    const index = /^m\/44'\/60'\/0'\/0\/(\d+)$/.exec(mnemonic?.path ?? "")?.[1];
    if (mnemonic === undefined || index === undefined) return { secretKey };
    const words = Mnemonic.fromEntropy(mnemonic.entropy).phrase;
    return { secretKey, phrase: { words, index: Number(index) } };
  } catch (error) {
    if (error instanceof Error && error.message.includes("incorrect password")) {
      throw new KeystoreError({
        code: "PASSWORD_WRONG",
        message: "the password does not open this key; try again",
      });
    }
    throw fileInvalid("it cannot be decrypted", error);
  }
}

/** What a file of our own says without its password. Files from elsewhere are imported first. */
export function publicPartOf(text: string): PublicPart {
  const json = keyJson(text);
  const own = asRecord(json[section]);
  const { address } = json;
  const { publicKey, dev } = own;
  if (typeof address !== "string" || typeof publicKey !== "string") {
    throw fileInvalid("it lacks the address or the public key");
  }
  return {
    address: bytesFromHex(address.replace(/^0x/, "").toLowerCase()),
    publicKey: bytesFromHex(publicKey),
    dev: dev === true,
  };
}

type Json = Readonly<Record<string, unknown>>;

function keyJson(text: string): Json {
  try {
    const json = asRecord(JSON.parse(text));
    if (json["version"] === 3) return json;
  } catch (error) {
    throw fileInvalid("it is not JSON", error);
  }
  throw fileInvalid("it is not of version 3");
}

function assertAffordable(json: Json): void {
  const crypto = asRecord(json["crypto"] ?? json["Crypto"]);
  const parameters = asRecord(crypto["kdfparams"]);
  const [N = 0, blocks = 0, lanes = 0, rounds = 0] = ["n", "r", "p", "c"].map((name) =>
    Number(parameters[name] ?? 0),
  );
  const bounded = [
    [128 * N * blocks, memoryMax],
    [lanes, lanesMax],
    [rounds, roundsMax],
  ] as const;
  for (const [wanted, most] of bounded) {
    if (Number.isSafeInteger(wanted) && wanted >= 0 && wanted <= most) continue;
    throw fileInvalid("its derivation costs more than this wallet spends");
  }
}

function fileInvalid(reason: string, cause?: unknown): KeystoreError {
  return new KeystoreError({
    code: "KEY_FILE_INVALID",
    message: `the file is no key in Web3 Secret Storage v3: ${reason}`,
    cause,
  });
}

function asRecord(value: unknown): Json {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Ethers = typeof EthersModule;

async function loadEthers(): Promise<Ethers> {
  const ethers = await import("ethers");
  ethers.scrypt.register(nativeScrypt);
  return ethers;
}

type ScryptArguments = readonly [
  password: Uint8Array,
  salt: Uint8Array,
  N: number,
  r: number,
  p: number,
  length: number,
  progress?: unknown,
];

function nativeScrypt(...derivation: ScryptArguments): Promise<Uint8Array> {
  const [password, salt, N, r, p, length] = derivation;
  const options = { N, r, p, maxmem: 2 * memoryMax };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (...[error, key]) => {
      if (error === null) resolve(new Uint8Array(key));
      else reject(error);
    });
  });
}
