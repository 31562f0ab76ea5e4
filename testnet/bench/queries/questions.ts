/** The questions that are asked, as JSON-RPC bodies, and some whose answers are known. */
import { base64FromBytes, bytesFromBase64, hexFromBytes } from "@pyralog/chain/base";
import { bankQueryWires } from "@pyralog/chain/codec";
import { createRpc, fetchStatus } from "@pyralog/wallet-cli/client";
import { sendCost } from "../network/senders.ts";
import { denom, funds, recipient, type Accounts } from "./accounts.ts";
import type { Payments } from "./payments.ts";

export type Kind = "hash" | "sender" | "balance" | "merchant";

/** How far back balances are asked for, of a hundred heights that are kept. */
const heightsBack = 90n;
const checked = 5;

export class Questions {
  readonly #accounts: Accounts;
  readonly #payments: Payments;
  #asked = 0;
  /** Of the chain, from time to time. */
  height = 0n;

  constructor(accounts: Accounts, payments: Payments) {
    this.#accounts = accounts;
    this.#payments = payments;
  }

  /** Another one each time. */
  next(kind: Kind): string {
    const { method, params } = this.#question(kind, this.#asked++);
    return JSON.stringify({ jsonrpc: "2.0", id: this.#asked, method, params });
  }

  #question(kind: Kind, at: number): { readonly method: string; readonly params: object } {
    const { senders } = this.#accounts;
    const { hashes } = this.#payments;
    const address = senders[at % senders.length]?.address ?? "";
    switch (kind) {
      case "hash": {
        const hash = hashes[at % hashes.length] ?? new Uint8Array(0);
        return { method: "tx", params: { hash: base64FromBytes(hash) } };
      }
      case "sender":
        return { method: "tx_search", params: { query: `message.sender='${address}'` } };
      case "merchant": {
        const query = `transfer.recipient='${recipient(0)}'`;
        return { method: "tx_search", params: { query, page: String(1 + (at % 100)) } };
      }
      case "balance":
        return { method: "abci_query", params: balanceParams(address, this.height - heightsBack) };
    }
  }

  /** Index and state agree on what senders have spent. @throws Error where they do not */
  async check(url: string): Promise<void> {
    const rpc = createRpc(url);
    this.height = (await fetchStatus(rpc)).height;
    const height = this.height - heightsBack;
    // The first sender has paid for all accounts, too.
    for (const { address } of this.#accounts.senders.slice(1, 1 + checked)) {
      const query = `message.sender='${address}' AND tx.height<=${height}`;
      const total = textIn(await rpc.call("tx_search", { query }), "total_count");
      const answer = await rpc.call("abci_query", balanceParams(address, height));
      const bytes = bytesFromBase64(textIn(answer, "response", "value"));
      const { balance } = bankQueryWires.Balance.response.decode(bytes);
      const expected = funds - BigInt(total) * sendCost;
      if (balance?.amount === expected.toString()) continue;
      throw new Error(`${address} had ${balance?.amount} at ${height}, not ${expected}`);
    }
  }
}

function balanceParams(address: string, height: bigint): Readonly<Record<string, unknown>> {
  const data = hexFromBytes(bankQueryWires.Balance.request.encode({ address, denom }));
  return { path: "/cosmos.bank.v1beta1.Query/Balance", data, height: height.toString() };
}

function textIn(answer: unknown, ...names: readonly string[]): string {
  let inner = answer;
  for (const name of names) {
    const isObject = typeof inner === "object" && inner !== null;
    inner = isObject ? Reflect.get(Object(inner), name) : undefined;
  }
  if (typeof inner === "string") return inner;
  throw new Error(`an answer without ${names.join(".")}`);
}
