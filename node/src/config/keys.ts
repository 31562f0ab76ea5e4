/**
 * The two keys of a node, in CometBFT's JSON forms: the node key is its libp2p identity, the
 * validator key signs votes. Secrets are 32-byte ed25519 seeds; files have mode 0600.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import {
  base64FromBytes,
  bytesFromBase64,
  bytesFromHex,
  concatBytes,
  equalBytes,
  hexFromBytes,
  ok,
  refused,
  type Result,
} from "@pyralog/chain/base";
import type { ConfigErrorCode, Mistake } from "./config-error.ts";
import { peerIdFromPublicKey } from "./peer-id.ts";

interface KeyPair {
  /** The 32-byte seed. */
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
}

export interface NodeKey extends KeyPair {
  /** The libp2p peer id: what `pyralogd show-node-id` prints and peers write before the `@`. */
  readonly peerId: string;
}

export interface ValidatorKey extends KeyPair {
  /** sha256(public key), its first twenty bytes. */
  readonly address: Uint8Array;
}

const publicType = "tendermint/PubKeyEd25519";
const secretType = "tendermint/PrivKeyEd25519";
const seedLength = 32;

export function createNodeKey(): NodeKey {
  return nodeKeyFromSecret(createSecret());
}

export function createValidatorKey(): ValidatorKey {
  return validatorKeyFromSecret(createSecret());
}

function nodeKeyFromSecret(secretKey: Uint8Array): NodeKey {
  const publicKey = publicKeyOf(secretKey);
  return { secretKey, publicKey, peerId: peerIdFromPublicKey(publicKey) };
}

function validatorKeyFromSecret(secretKey: Uint8Array): ValidatorKey {
  const publicKey = publicKeyOf(secretKey);
  const address = new Uint8Array(createHash("sha256").update(publicKey).digest()).slice(0, 20);
  return { secretKey, publicKey, address };
}

export function jsonFromNodeKey(key: NodeKey): string {
  return jsonText({ priv_key: secretJson(key) });
}

export function jsonFromValidatorKey(key: ValidatorKey): string {
  return jsonText({
    address: hexFromBytes(key.address).toUpperCase(),
    pub_key: validatorPublicKeyJson(key),
    priv_key: secretJson(key),
  });
}

/** What `pyralogd show-validator` prints and a genesis file holds. */
export function validatorPublicKeyJson(key: ValidatorKey): {
  readonly type: string;
  readonly value: string;
} {
  return { type: publicType, value: base64FromBytes(key.publicKey) };
}

export function loadNodeKey(path: string): Result<NodeKey, Mistake> {
  const json = loadKeyFile(path);
  if (json.kind === "refused") return json;
  const secretKey = secretFromJson(json.value);
  if (secretKey === undefined) return refused(notAKey(path, "priv_key"));
  return ok(nodeKeyFromSecret(secretKey));
}

export function loadValidatorKey(path: string): Result<ValidatorKey, Mistake> {
  const json = loadKeyFile(path);
  if (json.kind === "refused") return json;
  const secretKey = secretFromJson(json.value);
  if (secretKey === undefined) return refused(notAKey(path, "priv_key"));
  const key = validatorKeyFromSecret(secretKey);
  const { address, pub_key: publicKey } = json.value;
  if (!isText(address) || address.toLowerCase() !== hexFromBytes(key.address)) {
    return refused(mismatch(path, { key: "address", value: address }));
  }
  if (!isRecord(publicKey) || publicKey["value"] !== base64FromBytes(key.publicKey)) {
    return refused(mismatch(path, { key: "pub_key", value: publicKey }));
  }
  return ok(key);
}

function createSecret(): Uint8Array {
  const { privateKey } = generateKeyPairSync("ed25519");
  const seed = privateKey.export({ format: "der", type: "pkcs8" }).subarray(-seedLength);
  return new Uint8Array(seed);
}

/** RFC 8410: what stands before the seed in an ed25519 key's PKCS #8 form. */
const pkcs8Head = bytesFromHex("302e020100300506032b657004220420");

function publicKeyOf(secretKey: Uint8Array): Uint8Array {
  const body = base64FromBytes(concatBytes([pkcs8Head, secretKey]));
  const privateKey = createPrivateKey(
    `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`,
  );
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return new Uint8Array(spki.subarray(-seedLength));
}

function secretJson(key: KeyPair): { readonly type: string; readonly value: string } {
  return {
    type: secretType,
    value: base64FromBytes(concatBytes([key.secretKey, key.publicKey])),
  };
}

/** The seed, if the file holds one whose public half is the right one. */
function secretFromJson(json: JsonRecord): Uint8Array | undefined {
  const secret = json["priv_key"];
  if (!isRecord(secret) || secret["type"] !== secretType || !isText(secret["value"])) return;
  let both: Uint8Array;
  try {
    both = bytesFromBase64(secret["value"]);
  } catch {
    return;
  }
  if (both.length !== 2 * seedLength) return;
  const seed = both.slice(0, seedLength);
  return equalBytes(publicKeyOf(seed), both.subarray(seedLength)) ? seed : undefined;
}

type JsonRecord = Readonly<Record<string, unknown>>;

function loadKeyFile(path: string): Result<JsonRecord, Mistake> {
  const mistake = (code: ConfigErrorCode, problem: string): Result<never, Mistake> =>
    refused({
      code,
      file: path,
      key: "",
      value: "",
      problem,
      remedy: "restore it from its backup, or make a new node with `pyralogd init`",
    });
  if (!existsSync(path)) return mistake("FILE_MISSING", "there is no such file");
  try {
    const json: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isRecord(json) ? ok(json) : mistake("FILE_MALFORMED", "is not a JSON object");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return mistake("FILE_MALFORMED", "is not JSON");
  }
}

/** The text itself is not repeated: it may be a secret. */
function notAKey(path: string, key: string): Mistake {
  return {
    code: "KEY_FILE_INVALID",
    file: path,
    key,
    value: "(hidden)",
    problem: `is not a ${secretType} with 64 bytes in base64, the seed and its public key`,
    remedy: "restore the file from its backup",
  };
}

function mismatch(
  path: string,
  written: { readonly key: string; readonly value: unknown },
): Mistake {
  return {
    code: "KEY_FILE_INVALID",
    file: path,
    key: written.key,
    value: JSON.stringify(written.value) ?? "",
    problem: "does not belong to priv_key",
    remedy: "restore the file from its backup; parts of two keys were mixed",
  };
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
