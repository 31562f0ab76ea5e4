import { sha256 } from "#crypto";
import { latin1 } from "./overlay.ts";
import { decodeTransaction, type Transaction, type TransactionDecoder } from "./transaction.ts";

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
  decode(bytes: Uint8Array): Transaction {
    const hash = latin1(sha256(bytes));
    const known = this.#known.get(hash);
    if (known !== undefined) return known;
    // A copy: what arrived may be a small view of a large message that should not live on.
    const transaction = decodeTransaction(bytes.slice(), this.#decoder);
    if (this.#known.size >= this.#transactionsMax) this.#forgetOldest();
    this.#known.set(hash, transaction);
    return transaction;
  }

  #forgetOldest(): void {
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }
}
