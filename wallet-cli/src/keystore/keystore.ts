/** The folder of one person's keys: `<home>/keystore/<name>.json`, each of mode 0600. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  decryptKey,
  encryptKeys,
  publicPartOf,
  type PublicPart,
  type SecretPart,
} from "./key-file.ts";
import { assertKeyName, isKeyName } from "./key-name.ts";
import { KeystoreError } from "./keystore-error.ts";

export interface StoredKey extends PublicPart {
  readonly name: string;
}

export interface KeyToAdd extends StoredKey {
  readonly secret: SecretPart;
}

const passwordLengthMin = 8;
const extension = ".json";

export class Keystore {
  readonly #directory: string;

  constructor(home: string) {
    this.#directory = join(home, "keystore");
  }

  /** By name. Files that are no keys of ours are left out. */
  list(): readonly StoredKey[] {
    if (!existsSync(this.#directory)) return [];
    return readdirSync(this.#directory)
      .filter((file) => file.endsWith(extension))
      .map((file) => file.slice(0, -extension.length))
      .filter((name) => isKeyName(name))
      .toSorted()
      .map((name) => this.show(name));
  }

  has(name: string): boolean {
    return isKeyName(name) && existsSync(this.#path(name));
  }

  /** @throws KeystoreError `KEY_UNKNOWN` */
  show(name: string): StoredKey {
    const text = this.text(name);
    try {
      return { name, ...publicPartOf(text) };
    } catch (cause) {
      if (!(cause instanceof KeystoreError)) throw cause;
      const path = this.#path(name);
      const message = `${path}: ${cause.message}; move it away, or import it under a name`;
      throw new KeystoreError({ code: cause.code, message, cause });
    }
  }

  /** The encrypted file as it lies on the disk. @throws KeystoreError `KEY_UNKNOWN` */
  text(name: string): string {
    assertKeyName(name);
    if (!this.has(name)) throw keyUnknown(name);
    return readFileSync(this.#path(name), "utf8");
  }

  /** @throws KeystoreError `PASSWORD_WRONG` */
  unlock(name: string, password: string): Promise<SecretPart> {
    return decryptKey(this.text(name), password);
  }

  /** Writes each key once; a name that is taken stays as it is. @throws KeystoreError */
  async add(keys: readonly KeyToAdd[], password: string): Promise<void> {
    assertPassword(password);
    for (const { name } of keys) this.assertFree(name);
    const parts = keys.map(({ secret, ...known }) => ({ known, secret }));
    const texts = await encryptKeys(parts, password);
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    for (const [index, { name }] of keys.entries()) {
      writeFileSync(this.#path(name), texts[index] ?? "", { mode: 0o600, flag: "wx" });
    }
  }

  /** @throws KeystoreError `KEY_NAME_INVALID` or `KEY_EXISTS` */
  assertFree(name: string): void {
    assertKeyName(name);
    if (!this.has(name)) return;
    throw new KeystoreError({
      code: "KEY_EXISTS",
      message:
        `there is a key "${name}" already; choose another name, ` +
        `or delete it first with \`pyralog keys delete ${name}\``,
      facts: { name },
    });
  }

  /** The file is replaced whole: after a crash one of the two passwords opens it. */
  async changePassword(
    name: string,
    passwords: { readonly from: string; readonly to: string },
  ): Promise<void> {
    assertPassword(passwords.to);
    const known = this.show(name);
    const secret = await this.unlock(name, passwords.from);
    const [text = ""] = await encryptKeys([{ known, secret }], passwords.to);
    const aside = `${this.#path(name)}.new`;
    writeFileSync(aside, text, { mode: 0o600, flush: true });
    renameSync(aside, this.#path(name));
  }

  /** @throws KeystoreError `KEY_UNKNOWN` */
  delete(name: string): void {
    assertKeyName(name);
    if (!this.has(name)) throw keyUnknown(name);
    rmSync(this.#path(name));
  }

  #path(name: string): string {
    return join(this.#directory, name + extension);
  }
}

function assertPassword(password: string): void {
  if (password.length >= passwordLengthMin) return;
  throw new KeystoreError({
    code: "PASSWORD_SHORT",
    message: `a password has at least ${passwordLengthMin} characters; choose a longer one`,
  });
}

function keyUnknown(name: string): KeystoreError {
  return new KeystoreError({
    code: "KEY_UNKNOWN",
    message: `there is no key "${name}" here; \`pyralog keys list\` shows those that there are`,
    facts: { name },
  });
}
