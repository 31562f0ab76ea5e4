/**
 * Positive verdicts on signatures, remembered so that CheckTx pays and the block does not. A
 * refusal is never remembered: it may turn into its opposite with a later height's account.
 */
import { latin1FromBytes } from "#base";
import { Writer } from "#codec";
import { sha256, type Crypto } from "#crypto";
import type { SingleKey } from "./account-key.ts";

export interface SignedBytes {
  readonly key: SingleKey;
  readonly signBytes: Uint8Array;
  readonly signature: Uint8Array;
}

export class Verdicts {
  readonly #crypto: Crypto;
  readonly #verdictsMax: number;
  readonly #accepted = new Set<string>();

  constructor(options: { readonly crypto: Crypto; readonly verdictsMax: number }) {
    this.#crypto = options.crypto;
    this.#verdictsMax = options.verdictsMax;
  }

  accepts(signed: SignedBytes): boolean {
    const name = nameOf(signed);
    if (this.#accepted.has(name)) return true;
    if (!this.#verify(signed)) return false;
    this.#remember(name);
    return true;
  }

  #verify({ key, signBytes, signature }: SignedBytes): boolean {
    const publicKey = key.bytes;
    switch (key.kind) {
      case "secp256k1":
        return this.#crypto.verifySecp256k1({ publicKey, message: signBytes, signature });
      case "ethsecp256k1": {
        const digest = this.#crypto.keccak256(signBytes);
        return this.#crypto.verifySecp256k1Digest({ publicKey, digest, signature });
      }
      case "ed25519":
        return false;
    }
  }

  /** The oldest verdict goes first: a Set keeps the order of insertion. */
  #remember(name: string): void {
    if (this.#accepted.size >= this.#verdictsMax) {
      for (const oldest of this.#accepted) {
        this.#accepted.delete(oldest);
        break;
      }
    }
    this.#accepted.add(name);
  }
}

/** One for all: every use ends with `finish`, and nothing between can fail. */
const writer = new Writer();

/** Each part is preceded by its length, so that no two claims share a preimage. */
function nameOf({ key, signBytes, signature }: SignedBytes): string {
  writer.uint32(schemes[key.kind]);
  writer.bytes(signBytes);
  writer.bytes(key.bytes);
  writer.bytes(signature);
  return latin1FromBytes(sha256(writer.finish()));
}

const schemes: Readonly<Record<SingleKey["kind"], number>> = {
  secp256k1: 1,
  ethsecp256k1: 2,
  ed25519: 3,
};
