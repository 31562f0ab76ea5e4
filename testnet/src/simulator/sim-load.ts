/** A client: sends from funded accounts to one another, some of them wrong, to whichever node. */
import type { Prng } from "@pyralog/chain/base";
import type { Crypto } from "@pyralog/chain/crypto";
import type { Node } from "@pyralog/node/drivers";
import { sendMessage, signTx } from "@pyralog/wallet-cli/client";
import { simChainId, simDenom, type SimAccount } from "./sim-genesis.ts";
import type { SimNode } from "./sim-node.ts";

const gasLimit = 200_000n;
const pastMax = 64;
/** One of so many transactions is accompanied by a past one. */
const againEvery = 4;
const fee = [{ denom: simDenom, amount: gasLimit * 1_000_000_000n }];

export class SimLoad {
  readonly #accounts: readonly SimAccount[];
  readonly #crypto: Crypto;
  readonly #prng: Prng;
  readonly #sent: (tx: Uint8Array) => void;
  readonly #sequences = new Map<string, bigint>();
  /** Some of those that went out, the latest last. */
  readonly #past: Uint8Array[] = [];
  #accepted = 0;
  #refused = 0;

  constructor(options: {
    readonly accounts: readonly SimAccount[];
    readonly crypto: Crypto;
    readonly prng: Prng;
    /** Told of every transaction before it goes out. */
    readonly sent: (tx: Uint8Array) => void;
  }) {
    this.#accounts = options.accounts;
    this.#crypto = options.crypto;
    this.#prng = options.prng;
    this.#sent = options.sent;
  }

  /** Transactions that a pool accepted and refused. */
  get counts(): { readonly accepted: number; readonly refused: number } {
    return { accepted: this.#accepted, refused: this.#refused };
  }

  /** One transaction to one running node; what became of it corrects the next sequence. */
  send(nodes: readonly SimNode[]): void {
    const running = nodes.filter(({ node }) => node !== undefined);
    const sender = running[this.#prng.below(Math.max(1, running.length))];
    const node = sender?.node;
    const from = this.#accounts[this.#prng.below(this.#accounts.length)];
    const to = this.#accounts[this.#prng.below(this.#accounts.length)];
    if (sender === undefined || node === undefined) return;
    if (from === undefined || to === undefined) return;
    const sequence = this.#sequences.get(from.address) ?? 0n;
    const accountNumber = sender.accountNumber(from.address);
    const tx = this.#tx(from, { to: to.address, sequence, accountNumber });
    this.#sent(tx);
    this.#sendAgain(node);
    this.#past.push(tx);
    if (this.#past.length > pastMax) this.#past.shift();
    void node.mempool.submit(tx).then(({ outcome }) => {
      const accepted = outcome.kind === "ok" && outcome.value.code === 0;
      if (accepted) this.#accepted++;
      else this.#refused++;
      const expected = outcome.kind === "ok" ? expectedSequence(outcome.value.log) : undefined;
      this.#sequences.set(from.address, expected ?? (accepted ? sequence + 1n : sequence));
      return undefined;
    });
  }

  /** K1: a client that heard no answer tries another node, however long after. */
  #sendAgain({ mempool }: Node): void {
    const tx = this.#past[this.#prng.below(againEvery * Math.max(1, this.#past.length))];
    if (tx !== undefined) void mempool.submit(tx);
  }

  #tx(
    from: SimAccount,
    send: { readonly to: string; readonly sequence: bigint; readonly accountNumber: bigint },
  ): Uint8Array {
    const { to, sequence, accountNumber } = send;
    const { publicKey, secretKey, address } = from;
    const amount = [{ denom: simDenom, amount: BigInt(1 + this.#prng.below(1_000_000)) }];
    const messages = [sendMessage({ from: address, to, amount })];
    const draft = { messages, memo: "", fee, gasLimit, sequence, publicKey };
    return signTx(draft, { secretKey, chainId: simChainId, accountNumber, crypto: this.#crypto });
  }
}

/** `account sequence mismatch, expected 5, got 4` → 5 */
function expectedSequence(log: string): bigint | undefined {
  const found = /expected (\d+), got/.exec(log)?.[1];
  return found === undefined ? undefined : BigInt(found);
}
