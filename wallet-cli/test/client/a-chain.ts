/** A chain of one process for the wallet to talk to: accounts, balances, and the last word on a tx. */
import assert from "node:assert/strict";
import {
  base64FromBytes,
  bytesFromBase64,
  bytesFromHex,
  equalBytes,
  hexFromBytes,
} from "@pyralog/chain/base";
import {
  authInfoWire,
  authQueryWires,
  bankQueryWires,
  baseAccountWire,
  keyWire,
  msgSendWire,
  signDocWire,
  txBodyWire,
  txRawWire,
  txServiceWires,
  type CoinMessage,
} from "@pyralog/chain/codec";
import {
  bytesFromBech32,
  createNativeCrypto,
  ethAddress,
  keccak256,
  sha256,
} from "@pyralog/chain/crypto";
import { ClientError, type Rpc } from "@pyralog/wallet-cli/client";

export interface FakeAccount {
  readonly number: bigint;
  sequence: bigint;
  readonly coins: Map<string, bigint>;
}

interface Outcome {
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
}

const done: Outcome = { code: 0, codespace: "", log: "" };

export class FakeChain implements Rpc {
  readonly url = "http://fake";
  readonly chainId = "fake-1";
  readonly accounts = new Map<string, FakeAccount>();
  readonly asked: string[] = [];
  dev = true;
  gasUsed = 30_000n;
  /** What CheckTx and the block say of the next transactions. */
  checked: Outcome = done;
  delivered: Outcome = done;
  /** Blocks are made; otherwise what is sent stays in the pool. */
  makesBlocks = true;
  readonly #crypto = createNativeCrypto();
  readonly #blocks = new Map<string, { readonly tx: Uint8Array; readonly outcome: Outcome }>();

  fund(address: string, apyr: bigint): void {
    const number = BigInt(this.accounts.size);
    this.accounts.set(address, { number, sequence: 0n, coins: new Map([["apyr", apyr]]) });
  }

  balance(address: string): bigint {
    return this.accounts.get(address)?.coins.get("apyr") ?? 0n;
  }

  async call(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    await Promise.resolve();
    this.asked.push(method);
    switch (method) {
      case "status":
        return this.#status();
      case "net_info":
        return { n_peers: "3" };
      case "abci_query":
        return this.#query(String(params["path"]), bytesFromHex(String(params["data"])));
      case "broadcast_tx_sync":
      case "broadcast_tx_async":
        return this.#broadcast(bytesFromBase64(String(params["tx"])));
      case "tx":
        return this.#tx(hexFromBytes(bytesFromBase64(String(params["hash"]))).toUpperCase());
      default:
        throw new Error(`the fake chain has no ${method}`);
    }
  }

  #status(): unknown {
    return {
      node_info: {
        id: "00",
        network: this.chainId,
        moniker: "fake",
        version: "0.38.25",
        other: { dev: String(this.dev) },
      },
      sync_info: {
        latest_block_height: "7",
        latest_block_time: "2026-01-01T00:00:00Z",
        latest_app_hash: "00",
        catching_up: false,
      },
      validator_info: { address: "00", voting_power: "1" },
    };
  }

  #query(path: string, data: Uint8Array): unknown {
    const answer = this.#answer(path, data);
    if (typeof answer === "string") {
      return { response: { code: 22, codespace: "sdk", log: answer, value: null } };
    }
    return { response: { code: 0, log: "", value: base64FromBytes(answer) } };
  }

  #answer(path: string, data: Uint8Array): Uint8Array | string {
    switch (path) {
      case "/cosmos.auth.v1beta1.Query/Bech32Prefix":
        return authQueryWires.Bech32Prefix.response.encode({ bech32Prefix: "pyr" });
      case "/cosmos.bank.v1beta1.Query/DenomsMetadata":
        return bankQueryWires.DenomsMetadata.response.encode({
          metadatas: [
            {
              description: "",
              denomUnits: [
                { denom: "apyr", exponent: 0, aliases: [] },
                { denom: "pyr", exponent: 18, aliases: [] },
              ],
              base: "apyr",
              display: "pyr",
              name: "Pyralog",
              symbol: "PYR",
              uri: "",
              uriHash: "",
            },
          ],
          pagination: undefined,
        });
      case "/cosmos.auth.v1beta1.Query/Account":
        return this.#account(authQueryWires.Account.request.decode(data).address);
      case "/cosmos.bank.v1beta1.Query/AllBalances":
        return this.#balances(bankQueryWires.AllBalances.request.decode(data).address);
      case "/cosmos.tx.v1beta1.Service/Simulate":
        return txServiceWires.Simulate.response.encode({
          gasInfo: { gasWanted: 0n, gasUsed: this.gasUsed },
          result: undefined,
        });
      default:
        throw new Error(`the fake chain has no ${path}`);
    }
  }

  #account(address: string): Uint8Array | string {
    const account = this.accounts.get(address);
    if (account === undefined) {
      return `rpc error: code = NotFound desc = account ${address} not found: key not found`;
    }
    const value = baseAccountWire.encode({
      address,
      publicKey: undefined,
      accountNumber: account.number,
      sequence: account.sequence,
    });
    return authQueryWires.Account.response.encode({
      account: { typeUrl: "/cosmos.auth.v1beta1.BaseAccount", value },
    });
  }

  #balances(address: string): Uint8Array {
    const coins = this.accounts.get(address)?.coins ?? new Map<string, bigint>();
    return bankQueryWires.AllBalances.response.encode({
      balances: [...coins].map(([denom, amount]) => ({ denom, amount: amount.toString() })),
      pagination: undefined,
    });
  }

  #broadcast(tx: Uint8Array): unknown {
    const hash = hexFromBytes(sha256(tx)).toUpperCase();
    if (this.checked.code === 0 && this.makesBlocks) this.#execute(tx, hash);
    return { ...this.checked, data: "", hash };
  }

  #execute(tx: Uint8Array, hash: string): void {
    const { bodyBytes, authInfoBytes } = txRawWire.decode(tx);
    const [message = assert.fail("there is a message")] = txBodyWire.decode(bodyBytes).messages;
    const { fromAddress, toAddress, amount } = msgSendWire.decode(message.value);
    this.#verify(tx, fromAddress);
    this.#blocks.set(hash, { tx, outcome: this.delivered });
    const fee = authInfoWire.decode(authInfoBytes).fee?.amount ?? [];
    this.#move(fromAddress, -sumOf(fee));
    if (this.delivered.code !== 0) return;
    if (!this.accounts.has(toAddress)) this.fund(toAddress, 0n);
    this.#move(fromAddress, -sumOf(amount));
    this.#move(toAddress, sumOf(amount));
  }

  #move(address: string, apyr: bigint): void {
    this.accounts.get(address)?.coins.set("apyr", this.balance(address) + apyr);
  }

  /** As the chain does: the key owns the address, and signed this for this account and sequence. */
  #verify(tx: Uint8Array, sender: string): void {
    const { bodyBytes, authInfoBytes, signatures } = txRawWire.decode(tx);
    const from = this.accounts.get(sender) ?? assert.fail("the sender is known");
    const [signer = assert.fail("there is a signer")] =
      authInfoWire.decode(authInfoBytes).signerInfos;
    const any = signer.publicKey ?? assert.fail("there is a key");
    assert.equal(any.typeUrl, "/cosmos.evm.crypto.v1.ethsecp256k1.PubKey");
    assert.equal(signer.sequence, from.sequence);
    const { key: publicKey } = keyWire.decode(any.value);
    const owner = ethAddress(this.#crypto.decompressSecp256k1(publicKey));
    assert.ok(equalBytes(owner, bytesFromBech32(sender).bytes), "the key owns the address");
    const { chainId } = this;
    const accountNumber = from.number;
    const signed = signDocWire.encode({ bodyBytes, authInfoBytes, chainId, accountNumber });
    const [signature = assert.fail("there is a signature")] = signatures;
    const digest = keccak256(signed);
    assert.ok(this.#crypto.verifySecp256k1Digest({ publicKey, digest, signature }), "it holds");
    from.sequence += 1n;
  }

  #tx(hash: string): unknown {
    const found = this.#blocks.get(hash);
    if (found === undefined) {
      throw new ClientError({ code: "RPC_REFUSED", message: `tx (${hash}) not found` });
    }
    const { tx, outcome } = found;
    return {
      hash,
      height: "8",
      index: 0,
      tx: base64FromBytes(tx),
      tx_result: { ...outcome, gas_wanted: "42000", gas_used: "31000", events: [] },
    };
  }
}

function sumOf(coins: readonly CoinMessage[]): bigint {
  return coins.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
}
