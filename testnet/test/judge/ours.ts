/** Ours: one validator of a local network, as `npm start` runs it, with our own application. */
import { randomBytes } from "node:crypto";
import assert from "node:assert/strict";
import { DirectSecp256k1Wallet } from "@cosmjs/proto-signing";
import { coins, SigningStargateClient, type StdFee } from "@cosmjs/stargate";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { aHome, removeHome, startLocalNetwork, type LocalNetwork } from "../e2e/a-local-network.ts";
import { heightReached, type Side } from "./side.ts";

/** One transaction each, so that none waits for another one's sequence. */
const sendersMax = 24;
const prefix = "pyr";
const fee: StdFee = { amount: coins("200000000000000", "apyr"), gas: "200000" };
const faucetFee: StdFee = { amount: coins("5000000000000000", "apyr"), gas: "5000000" };

export async function startOurs(): Promise<Side> {
  const home = aHome();
  const network = await startLocalNetwork({ home, clusters: 1 });
  const stop = async (): Promise<void> => {
    await network.stop();
    removeHome(home);
  };
  try {
    const url = network.rpc(0);
    await heightReached({ name: "ours", url }, 1);
    const wallets = await fundedWallets(network);
    const nextTx = async (): Promise<Uint8Array> => {
      const wallet = wallets.pop();
      assert.ok(wallet !== undefined, "there are senders enough");
      return await signedSend(wallet, url);
    };
    const query = { path: "/cosmos.bank.v1beta1.Query/TotalSupply", dataHex: "" };
    return { name: "ours", url, nextTx, query, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Accounts with something on them, from one that the network's faucet paid. */
async function fundedWallets(network: LocalNetwork): Promise<DirectSecp256k1Wallet[]> {
  const url = network.rpc(0);
  const payer = await newWallet();
  const from = await addressOf(payer);
  const paid = network.testnet("faucet", from, "10pyr");
  assert.equal(paid.status, 0, paid.stderr);
  const wallets = await Promise.all(Array.from({ length: sendersMax }, newWallet));
  const addresses = await Promise.all(wallets.map(addressOf));
  const messages = addresses.map((address) => sendMessage(from, address, "10000000000000000"));
  const client = await SigningStargateClient.connectWithSigner(url, payer);
  const done = await client.signAndBroadcast(from, messages, faucetFee);
  client.disconnect();
  assert.equal(done.code, 0, done.rawLog);
  return wallets;
}

async function signedSend(wallet: DirectSecp256k1Wallet, url: string): Promise<Uint8Array> {
  const from = await addressOf(wallet);
  const client = await SigningStargateClient.connectWithSigner(url, wallet);
  const signed = await client.sign(from, [sendMessage(from, from, "1")], fee, "");
  client.disconnect();
  return TxRaw.encode(signed).finish();
}

type Message = Parameters<SigningStargateClient["sign"]>[1][number];

function sendMessage(
  ...[fromAddress, toAddress, amount]: readonly [string, string, string]
): Message {
  const value = { fromAddress, toAddress, amount: coins(amount, "apyr") };
  return { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value };
}

function newWallet(): Promise<DirectSecp256k1Wallet> {
  return DirectSecp256k1Wallet.fromKey(new Uint8Array(randomBytes(32)), prefix);
}

async function addressOf(wallet: DirectSecp256k1Wallet): Promise<string> {
  const [account] = await wallet.getAccounts();
  return account?.address ?? "";
}
