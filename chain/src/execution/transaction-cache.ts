import { latin1FromBytes } from "#base";
import { sha256 } from "#crypto";
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
  readonly #max: { readonly transactions: number; readonly bytes: number };
  readonly #known = new Map<string, Transaction>();
  #bytes = 0;

  constructor(
    decoder: TransactionDecoder,
    max: { readonly transactions: number; readonly bytes: number },
  ) {
    this.#decoder = decoder;
    this.#max = max;
  }

  /** @throws TxError */
  decode({ hash, bytes }: HashedTx): Transaction {
    const name = latin1FromBytes(hash);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    // A small view of a large message would keep all of it alive.
    const own = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
    const transaction = decodeTransaction(own, this.#decoder);
    this.#known.set(name, transaction);
    this.#bytes += transaction.size;
    this.#forgetOldest();
    return transaction;
  }

  /** A block that holds it was committed: its bytes will not be asked about again. */
  forget({ hash }: HashedTx): void {
    const name = latin1FromBytes(hash);
    const known = this.#known.get(name);
    if (known === undefined) return;
    this.#known.delete(name);
    this.#bytes -= known.size;
  }

  #forgetOldest(): void {
    const { transactions, bytes } = this.#max;
    if (this.#known.size <= transactions && this.#bytes <= bytes) return;
    for (const [name, { size }] of this.#known) {
      if (this.#known.size <= transactions && this.#bytes <= bytes) return;
      this.#known.delete(name);
      this.#bytes -= size;
    }
  }
}
