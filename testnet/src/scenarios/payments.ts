/**
 * Load that keeps account: every funded account pays the next one, again and again, through
 * whatever node answers, and notes each height that was answered. Nodes may vanish at any moment;
 * a payer then looks up where its account stands and goes on from there.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Prng } from "@pyralog/chain/base";
import type { Crypto } from "@pyralog/chain/crypto";
import {
  broadcastTx,
  ClientError,
  fetchAccount,
  findTx,
  sendMessage,
  signTx,
  txHashOf,
  type Rpc,
} from "@pyralog/wallet-cli/client";
import { accountFromPhrase, loadCrypto, type Account } from "@pyralog/wallet-cli/keystore";
import type { Fleet } from "./fleet.ts";
import { ScenarioError } from "./scenario-error.ts";

/** A transaction for which a node has answered a height. */
export interface Acknowledged {
  readonly hash: string;
  readonly height: bigint;
  readonly code: number;
}

/** @throws ScenarioError `TX_LOST` where the node tells another story than was answered. */
export async function checkAcknowledged(
  node: { readonly name: string; readonly rpc: Rpc },
  acknowledged: readonly Acknowledged[],
): Promise<void> {
  for (const { hash, height, code } of acknowledged) {
    const found = await findTx(node.rpc, hash);
    if (found?.height === height && found.code === code) continue;
    throw new ScenarioError({
      code: "TX_LOST",
      facts: { node: node.name, hash, height, found: found?.height ?? "nowhere" },
    });
  }
}

interface Payer {
  readonly account: Account;
  readonly address: string;
  readonly to: string;
}

const paymentsAtOnce = 5;
const gasLimit = 100_000n;
const gasPrice = 1_000_000_000n;
const askMs = 100;
/** Whoever waits longer for a height looks where its account stands: its payment may be gone. */
const heightMsMax = 10_000;

export class Payments {
  readonly #fleet: Fleet;
  readonly #crypto: Crypto;
  readonly #payers: readonly Payer[];
  readonly #prng: Prng;
  readonly #acknowledged: Acknowledged[] = [];
  #sent = 0;
  #running = true;
  #work: Promise<unknown> = Promise.resolve();

  static async create(fleet: Fleet, prng: Prng): Promise<Payments> {
    const crypto = await loadCrypto();
    const { accounts } = fleet;
    const payers = await Promise.all(
      accounts.map(async ({ address, mnemonic }, index) => ({
        account: await accountFromPhrase({ words: mnemonic, index: 0 }, crypto),
        address,
        to: accounts[(index + 1) % accounts.length]?.address ?? address,
      })),
    );
    return new Payments({ fleet, prng, crypto, payers });
  }

  private constructor(parts: {
    readonly fleet: Fleet;
    readonly prng: Prng;
    readonly crypto: Crypto;
    readonly payers: readonly Payer[];
  }) {
    this.#fleet = parts.fleet;
    this.#prng = parts.prng;
    this.#crypto = parts.crypto;
    this.#payers = parts.payers;
  }

  get sent(): number {
    return this.#sent;
  }

  get acknowledged(): readonly Acknowledged[] {
    return this.#acknowledged;
  }

  begin(): void {
    this.#work = Promise.all(this.#payers.map((payer) => this.#payOn(payer)));
  }

  /** Resolves when nobody pays any more. */
  async end(): Promise<void> {
    this.#running = false;
    await this.#work;
  }

  async #payOn(payer: Payer): Promise<void> {
    while (this.#running) {
      const { nodes } = this.#fleet;
      const { rpc } = this.#fleet.node(this.#prng.below(nodes.length));
      try {
        await this.#pay(payer, rpc);
      } catch (error) {
        // The node is down, or the account has moved on since it was looked up.
        if (!(error instanceof ClientError)) throw error;
        await sleep(askMs);
      }
    }
  }

  async #pay(payer: Payer, rpc: Rpc): Promise<void> {
    const account = await fetchAccount(rpc, payer.address);
    if (account === undefined) return;
    const hashes: string[] = [];
    for (let offset = 0; offset < paymentsAtOnce; offset++) {
      const sequence = account.sequence + BigInt(offset);
      const tx = this.#sign(payer, { accountNumber: account.accountNumber, sequence });
      await broadcastTx(rpc, { tx, mode: "sync" });
      this.#sent++;
      hashes.push(txHashOf(tx));
    }
    await this.#await(rpc, hashes);
  }

  /** No two are alike, so that none can be taken for another. */
  #sign(
    { account, address, to }: Payer,
    place: { readonly accountNumber: bigint; readonly sequence: bigint },
  ): Uint8Array {
    const { denom, genesis } = this.#fleet;
    const { accountNumber, sequence } = place;
    const message = sendMessage({ from: address, to, amount: [{ denom, amount: 1n }] });
    return signTx(
      {
        messages: [message],
        memo: `${this.#sent}`,
        fee: [{ denom, amount: gasLimit * gasPrice }],
        gasLimit,
        sequence,
        publicKey: account.publicKey,
      },
      {
        secretKey: account.secretKey,
        chainId: genesis.chainId,
        accountNumber,
        crypto: this.#crypto,
      },
    );
  }

  async #await(rpc: Rpc, hashes: readonly string[]): Promise<void> {
    const end = performance.now() + heightMsMax;
    const waiting = new Set(hashes);
    while (waiting.size > 0 && this.#running && performance.now() < end) {
      await sleep(askMs);
      for (const hash of waiting) {
        const found = await findTx(rpc, hash);
        if (found === undefined) break;
        this.#acknowledged.push({ hash, height: found.height, code: found.code });
        waiting.delete(hash);
      }
    }
  }
}
