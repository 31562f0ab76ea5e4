import { readFileSync } from "node:fs";
import {
  accountFromPhrase,
  accountFromSecretKey,
  decryptKey,
  loadCrypto,
  secretKeyFromHex,
  type SecretPart,
} from "#keystore";
import { usage } from "../command-error.ts";
import type { Context } from "../context.ts";
import { newPassword } from "../new-password.ts";

export interface ImportOptions {
  readonly name: string;
  /** The account under the phrase: m/44'/60'/0'/0/index. */
  readonly index: string;
  /** Ask for a secret key instead of a phrase. */
  readonly privateKey: boolean;
  /** A Web3 Secret Storage v3 file of another wallet. */
  readonly keystore: string | undefined;
}

/** Keeps a key that was made elsewhere: a phrase, a secret key, or another wallet's file. */
export async function importKey(context: Context, options: ImportOptions): Promise<void> {
  const { name } = options;
  context.keystore.assertFree(name);
  const secret = await askForSecret(context, options);
  const { publicKey, address } = accountFromSecretKey(secret.secretKey, await loadCrypto());
  const password = await newPassword(context, name);
  await context.keystore.add([{ name, address, publicKey, dev: false, secret }], password);
  const spelled = context.spelled(address, context.prefix);
  context.output.answer({
    json: { name, ...spelled },
    text: `${name}  ${spelled.address}  ${spelled.hex}`,
  });
}

async function askForSecret(context: Context, options: ImportOptions): Promise<SecretPart> {
  const { prompter } = context;
  if (options.keystore !== undefined) {
    const text = keyFileText(options.keystore);
    return decryptKey(text, await prompter.secret(`Password of ${options.keystore}`));
  }
  if (options.privateKey) {
    return { secretKey: secretKeyFromHex(await prompter.secret("Secret key (64 digits)")) };
  }
  const words = await prompter.secret("Recovery phrase");
  const phrase = {
    words: words.trim().split(/\s+/).join(" ").toLowerCase(),
    index: indexFrom(options.index),
  };
  const { secretKey } = await accountFromPhrase(phrase, await loadCrypto());
  return { secretKey, phrase };
}

function keyFileText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw usage(`the key file ${path} cannot be read; check its path and its mode`);
  }
}

function indexFrom(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw usage(`--index ${text} cannot be; write a whole number such as 0`);
}
