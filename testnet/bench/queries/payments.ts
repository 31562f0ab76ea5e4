/** What the chain is fed with: first accounts, then payments in an endless row. */
import { txHash } from "@pyralog/chain/types";
import { airdropMessage } from "./airdrop.ts";
import { signMessage, signSend } from "../network/senders.ts";
import { recipient, type Accounts } from "./accounts.ts";

/** Every so many payments go to the merchant. */
const merchantEvery = 10;
/** A prime, so that hashes are of all senders and from all places of a block. */
const hashEvery = 97;
const airdropAccounts = 1_000;
const airdropGasLimit = 50_000_000n;

export class Payments {
  readonly #accounts: Accounts;
  readonly #chainId: string;
  readonly #firstNumber: bigint;
  readonly #sequences: bigint[];
  /** Hashes of some payments, to be asked for. */
  readonly hashes: Uint8Array[] = [];
  #created = 0;
  #made = 0;

  /** Genesis numbers the senders one after the other, from the first number on. */
  constructor(options: {
    readonly accounts: Accounts;
    readonly chainId: string;
    readonly firstNumber: bigint;
  }) {
    this.#accounts = options.accounts;
    this.#chainId = options.chainId;
    this.#firstNumber = options.firstNumber;
    this.#sequences = options.accounts.senders.map(() => 0n);
  }

  /** Payments so far, airdrops not counted. */
  get made(): number {
    return this.#made;
  }

  /** The first sender pays the next thousand recipients; nothing once all have an account. */
  nextAirdrop(): Uint8Array | undefined {
    const { recipients } = this.#accounts;
    const count = Math.min(airdropAccounts, recipients - this.#created);
    if (count === 0) return undefined;
    const { sender, place } = this.#turnOf(0);
    const message = airdropMessage({ sender: sender.address, first: this.#created, count });
    this.#created += count;
    return signMessage(sender, { ...place, message, gasLimit: airdropGasLimit });
  }

  /** Each sender in turn, each time to another recipient. */
  next(): Uint8Array {
    const { recipients, senders } = this.#accounts;
    const { sender, place } = this.#turnOf(this.#made % senders.length);
    const to = recipient(this.#made % merchantEvery === 0 ? 0 : this.#made % recipients);
    const tx = signSend(sender, { ...place, to });
    if (this.#made++ % hashEvery === 0) this.hashes.push(txHash(tx));
    return tx;
  }

  #turnOf(index: number) {
    const sender = this.#accounts.senders[index];
    const sequence = this.#sequences[index];
    if (sender === undefined || sequence === undefined) throw new Error("there is nobody to pay");
    this.#sequences[index] = sequence + 1n;
    const accountNumber = this.#firstNumber + BigInt(index);
    return { sender, place: { chainId: this.#chainId, accountNumber, sequence } };
  }
}
