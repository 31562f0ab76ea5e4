/**
 * The stored form of an account: one byte for the kind of its key, number and sequence in eight
 * bytes each, then the key. What is rare (multi-signature keys, modules) follows as a message.
 */
import { assert } from "#base";
import { anyWire, message, optional, string, strings } from "#codec";
import { accountKeyFromAny, accountKeyToAny, type Account, type SingleKey } from "#execution";

export type AccountFacts = Omit<Account, "address">;

const keyAt = 17;
const scratch = new Uint8Array(16);
const view = new DataView(scratch.buffer);
const rareKind = 255;
const kinds: readonly (SingleKey["kind"] | undefined)[] = [
  undefined,
  "secp256k1",
  "ethsecp256k1",
  "ed25519",
];

const rareWire = message("pyralog.auth.v1.RareAccount", {
  publicKey: optional(1, anyWire),
  moduleName: string(2),
  permissions: strings(3),
});

export function encodeAccount(account: AccountFacts): Uint8Array {
  const { publicKey, module } = account;
  if (module !== undefined || publicKey?.kind === "multisig") return encodeRare(account);
  const rest = publicKey?.bytes ?? new Uint8Array(0);
  return assemble(account, { kind: kinds.indexOf(publicKey?.kind), rest });
}

function encodeRare(account: AccountFacts): Uint8Array {
  const { publicKey, module } = account;
  const rest = rareWire.encode({
    publicKey: publicKey === undefined ? undefined : accountKeyToAny(publicKey),
    moduleName: module?.name ?? "",
    permissions: module?.permissions ?? [],
  });
  return assemble(account, { kind: rareKind, rest });
}

function assemble(
  account: AccountFacts,
  form: { readonly kind: number; readonly rest: Uint8Array },
): Uint8Array {
  assert(form.kind >= 0, "every kind of key has its number");
  const bytes = new Uint8Array(keyAt + form.rest.length);
  bytes[0] = form.kind;
  view.setBigUint64(0, account.number);
  view.setBigUint64(8, account.sequence);
  bytes.set(scratch, 1);
  bytes.set(form.rest, keyAt);
  return bytes;
}

export function decodeAccount(bytes: Uint8Array): AccountFacts {
  assert(bytes.length >= keyAt, "an account in state has number and sequence");
  for (let index = 0; index < scratch.length; index++) scratch[index] = bytes[index + 1] ?? 0;
  const number = view.getBigUint64(0);
  const sequence = view.getBigUint64(8);
  const rest = bytes.slice(keyAt);
  if (bytes[0] === rareKind) return { number, sequence, ...decodeRare(rest) };
  const kind = kinds[bytes[0] ?? 0];
  const publicKey = kind === undefined ? undefined : { kind, bytes: rest };
  return { number, sequence, publicKey, module: undefined };
}

function decodeRare(rest: Uint8Array): Pick<AccountFacts, "publicKey" | "module"> {
  const { publicKey, moduleName, permissions } = rareWire.decode(rest);
  return {
    publicKey: publicKey === undefined ? undefined : accountKeyFromAny(publicKey),
    module: moduleName === "" ? undefined : { name: moduleName, permissions },
  };
}
