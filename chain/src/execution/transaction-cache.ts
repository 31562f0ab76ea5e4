import { sha256 } from "#crypto";
import { latin1 } from "./overlay.ts";
import { decodeTransaction, type Transaction, type TransactionDecoder } from "./transaction.ts";

export interface HashedTx {
  readonly bytes: Uint8Array;
  readonly hash: Uint8Array;
}

export function hashTx(bytes: Uint8Array): HashedTx {
  return { bytes, hash: sha256(bytes) };
}

/**
 * Decoded transactions by the hash of their bytes, the oldest going first: CheckTx decodes, and
 * the proposal and the block find what it decoded. What does not decode is not remembered.
 */
export class TransactionCache {
  readonly #decoder: TransactionDecoder;
  readonly #transactionsMax: number;
  readonly #known = new Map<string, Transaction>();

  constructor(decoder: TransactionDecoder, transactionsMax: number) {
    this.#decoder = decoder;
    this.#transactionsMax = transactionsMax;
  }

  /** @throws TxError */
  decode({ hash, bytes }: HashedTx): Transaction {
    const name = latin1(hash);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    // A small view of a large message would keep all of it alive.
    const own = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
    const transaction = decodeTransaction(own, this.#decoder);
    if (this.#known.size >= this.#transactionsMax) this.#forgetOldest();
    this.#known.set(name, transaction);
    return transaction;
  }

  #forgetOldest(): void {
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }
}
