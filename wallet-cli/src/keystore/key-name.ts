import { KeystoreError } from "./keystore-error.ts";

const pattern = /^[a-z][a-z0-9_-]{0,31}$/;
/** What would read as an address instead. */
const addressPattern = /^(?:0x|[a-z]+1[02-9ac-hj-np-z]{30})/;

/** Names become file names, and stand where addresses stand: both must be beyond doubt. */
export function isKeyName(text: string): boolean {
  return pattern.test(text) && !addressPattern.test(text);
}

/** @throws KeystoreError `KEY_NAME_INVALID` */
export function assertKeyName(name: string): void {
  if (isKeyName(name)) return;
  throw new KeystoreError({
    code: "KEY_NAME_INVALID",
    message:
      `"${name.slice(0, 40)}" cannot be the name of a key; take up to 32 lower-case letters, ` +
      "digits, - and _, a letter first",
    facts: { name },
  });
}
