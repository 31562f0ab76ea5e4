/**
 * Hashes. `crypto.hash` into a latin1 string, written into memory that is there already, costs a
 * third of the same call into a fresh Buffer, which spends its time on allocation.
 */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { ripemd160 as nobleRipemd160 } from "@noble/hashes/legacy.js";
import { keccak_256 } from "@noble/hashes/sha3.js";

const scratch = Buffer.alloc(64);

export function sha256(message: Uint8Array): Uint8Array {
  scratch.write(hash("sha256", message, "binary"), 0, 32, "latin1");
  return new Uint8Array(scratch.subarray(0, 32));
}

export function sha512(message: Uint8Array): Uint8Array {
  scratch.write(hash("sha512", message, "binary"), 0, 64, "latin1");
  return new Uint8Array(scratch);
}

export function ripemd160(message: Uint8Array): Uint8Array {
  return nobleRipemd160(message);
}

export function keccak256(message: Uint8Array): Uint8Array {
  return keccak_256(message);
}

/** A row of 32-byte slots that sha256 writes into without allocating: for hashing in bulk. */
export class DigestArea {
  /** The slots, one after the other. */
  readonly bytes: Uint8Array;
  /** The same memory, eight words a slot, for copies. */
  readonly words: Uint32Array;
  readonly #target: Buffer;

  constructor(slots: number) {
    this.#target = Buffer.alloc(slots * 32);
    const { buffer, byteOffset } = this.#target;
    this.bytes = new Uint8Array(buffer, byteOffset, slots * 32);
    this.words = new Uint32Array(buffer, byteOffset, slots * 8);
  }

  put(slot: number, message: Uint8Array): void {
    this.#target.write(hash("sha256", message, "binary"), slot * 32, 32, "latin1");
  }
}
