/**
 * The libp2p peer id of an ed25519 key: base58 of the identity multihash of the key's protobuf
 * form. Written here because loading libp2p takes longer than most verbs run.
 */
import { bytesFromHex, concatBytes } from "@pyralog/chain/base";

const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/** Multihash: identity, 36 bytes; protobuf: type 1 (ed25519), 32 bytes. */
const head = bytesFromHex("002408011220");
const pattern = /^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/;

export function peerIdFromPublicKey(publicKey: Uint8Array): string {
  const bytes = concatBytes([head, publicKey]);
  let number = 0n;
  for (const byte of bytes) number = number * 256n + BigInt(byte);
  let text = "";
  for (; number > 0n; number /= 58n) text = (alphabet[Number(number % 58n)] ?? "") + text;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return "1".repeat(zeros) + text;
}

export function isPeerId(text: string): boolean {
  return pattern.test(text);
}
