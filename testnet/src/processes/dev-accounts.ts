/**
 * The accounts of a local network: random keys whose secrets lie open in the home, marked so that
 * the wallet refuses them on any chain that is not marked for development.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { hexFromBytes } from "@pyralog/chain/base";
import { bech32FromBytes } from "@pyralog/chain/crypto";
import {
  accountFromPhrase,
  createPhrase,
  devPasswordPath,
  Keystore,
  loadCrypto,
} from "@pyralog/wallet-cli/keystore";
import { NetworkError } from "./network-error.ts";

export interface DevAccount {
  readonly name: string;
  readonly address: string;
  readonly hex: string;
  readonly mnemonic: string;
}

const personNames = ["alice", "bob", "carol"] as const;

export async function createDevAccounts(options: {
  readonly clusters: number;
  readonly prefix: string;
}): Promise<readonly DevAccount[]> {
  const crypto = await loadCrypto();
  const operators = Array.from({ length: options.clusters }, (_, index) => `op${index}`);
  return Promise.all(
    [...personNames, ...operators].map(async (name) => {
      const mnemonic = createPhrase(12);
      const { address } = await accountFromPhrase({ words: mnemonic, index: 0 }, crypto);
      const { prefix } = options;
      return {
        name,
        address: bech32FromBytes({ prefix, bytes: address }),
        hex: `0x${hexFromBytes(address)}`,
        mnemonic,
      };
    }),
  );
}

function accountsPath(home: string): string {
  return join(home, "accounts.json");
}

export function saveDevAccounts(home: string, accounts: readonly DevAccount[]): void {
  const text = `${JSON.stringify(accounts, undefined, 2)}\n`;
  writeFileSync(accountsPath(home), text, { mode: 0o600 });
}

/** @throws NetworkError `NETWORK_MISSING` when the file is not what was written. */
export function loadDevAccounts(home: string): readonly DevAccount[] {
  const path = accountsPath(home);
  const json: unknown = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
  if (Array.isArray(json) && json.every(isDevAccount)) return json;
  throw new NetworkError({
    code: "NETWORK_MISSING",
    message:
      `${path} does not hold the accounts of this network; ` +
      "begin anew with `npm start -- --reset`",
  });
}

/** Puts the accounts that are not there yet into the keystore, under one derivation. */
export async function fillKeystore(home: string, accounts: readonly DevAccount[]): Promise<void> {
  const store = new Keystore(home);
  const missing = accounts.filter(({ name }) => !store.has(name));
  if (missing.length === 0) return;
  const crypto = await loadCrypto();
  const keys = await Promise.all(
    missing.map(async ({ name, mnemonic }) => {
      const phrase = { words: mnemonic, index: 0 };
      const { secretKey, publicKey, address } = await accountFromPhrase(phrase, crypto);
      return { name, address, publicKey, dev: true, secret: { secretKey, phrase } };
    }),
  );
  await store.add(keys, devPassword(home));
}

/** Removes the development keys and leaves every other key where it is. */
export function clearDevKeys(home: string): void {
  const store = new Keystore(home);
  for (const { name, dev } of store.list()) if (dev) store.delete(name);
  rmSync(accountsPath(home), { force: true });
  rmSync(devPasswordPath(home), { force: true });
}

function devPassword(home: string): string {
  const path = devPasswordPath(home);
  if (!existsSync(path)) {
    writeFileSync(path, `${hexFromBytes(randomBytes(16))}\n`, { mode: 0o600 });
  }
  return readFileSync(path, "utf8").trim();
}

function isDevAccount(json: unknown): json is DevAccount {
  return (
    typeof json === "object" &&
    json !== null &&
    ["name", "address", "hex", "mnemonic"].every(
      (name) =>
        name in json && typeof Object.entries(json).find(([key]) => key === name)?.[1] === "string",
    )
  );
}
