/** An unmodified CosmJS 0.39 program on a local network, with every error that it may meet. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DirectSecp256k1HdWallet } from "@cosmjs/proto-signing";
import {
  BroadcastTxError,
  coins,
  GasPrice,
  SigningStargateClient,
  StargateClient,
  type StdFee,
} from "@cosmjs/stargate";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { after, before, describe, it } from "mocha";
import { aHome, removeHome, startLocalNetwork, type LocalNetwork } from "./a-local-network.ts";

const unit = 10n ** 18n;
const fee: StdFee = { amount: coins("200000000000000", "apyr"), gas: "200000" };

function refusedWith(code: number, text: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof BroadcastTxError, String(error));
    assert.equal(error.code, code);
    assert.equal(error.codespace, "sdk");
    assert.match(error.log ?? "", text);
    return true;
  };
}

describe("CosmJS on a local network", function () {
  this.timeout(60_000);
  let network: LocalNetwork;
  let home = "";
  let client: SigningStargateClient;
  let stranger: SigningStargateClient;
  let own = "";
  let strange = "";
  let bob = "";

  before(async () => {
    home = aHome();
    network = await startLocalNetwork({ home, clusters: 2 });
    bob = network.ready.accounts.find(({ name }) => name === "bob")?.address ?? "";
    [client, own] = await signing();
    [stranger, strange] = await signing();
    const paid = network.testnet("faucet", own, "10pyr");
    assert.equal(paid.status, 0, paid.stderr);
  });

  after(async () => {
    client.disconnect();
    stranger.disconnect();
    await network.stop();
    removeHome(home);
  });

  const signing = async (): Promise<[SigningStargateClient, string]> => {
    const wallet = await DirectSecp256k1HdWallet.generate(12, { prefix: "pyr" });
    const [account = assert.fail("a wallet has an account")] = await wallet.getAccounts();
    const gasPrice = GasPrice.fromString("1000000000apyr");
    const made = await SigningStargateClient.connectWithSigner(network.rpc(0), wallet, {
      gasPrice,
      broadcastPollIntervalMs: 300,
    });
    return [made, account.address];
  };

  const sendMessage = (amount: bigint): Parameters<SigningStargateClient["sign"]>[1][number] => ({
    typeUrl: "/cosmos.bank.v1beta1.MsgSend",
    value: { fromAddress: own, toAddress: bob, amount: coins(amount.toString(), "apyr") },
  });

  it("connects and reads height, chain id, account and balances", async () => {
    assert.ok((await client.getHeight()) >= 1);
    assert.equal(await client.getChainId(), "pyralog-local-1");
    assert.deepEqual(await client.getBalance(own, "apyr"), {
      denom: "apyr",
      amount: (10n * unit).toString(),
    });
    assert.deepEqual(await client.getAllBalances(strange), []);
    const account = await client.getAccount(own);
    assert.deepEqual([account?.address, account?.sequence, account?.pubkey], [own, 0, null]);
    assert.equal(await client.getAccount(strange), null);
  });

  it("simulates, sends with an automatic fee, and finds it by hash and by sender", async () => {
    const gas = await client.simulate(own, [sendMessage(1n)], "memo");
    assert.ok(gas > 10_000 && gas < 200_000, `${gas} gas`);
    const earlier = BigInt((await client.getBalance(bob, "apyr")).amount);
    const sent = await client.sendTokens(own, bob, coins("1000", "apyr"), "auto", "hello");
    assert.equal(sent.code, 0, sent.rawLog);
    assert.equal(BigInt((await client.getBalance(bob, "apyr")).amount), earlier + 1000n);
    const found = await client.getTx(sent.transactionHash);
    assert.deepEqual([found?.height, found?.code], [sent.height, 0]);
    const bySender = await client.searchTx(`message.sender='${own}'`);
    assert.ok(bySender.some(({ hash }) => hash === sent.transactionHash));
    assert.equal(sent.msgResponses[0]?.typeUrl, "/cosmos.bank.v1beta1.MsgSendResponse");
  });

  it("hears new blocks over a WebSocket", async () => {
    const program = fileURLToPath(new URL("cosmjs-blocks.ts", import.meta.url));
    const url = network.rpc(0).replace("http", "ws");
    const { stdout } = await promisify(execFile)(process.execPath, [program, url]);
    const heights: unknown = JSON.parse(stdout);
    assert.ok(Array.isArray(heights));
    const [first = 0] = heights.map(Number);
    assert.deepEqual(heights, [first, first + 1, first + 2]);
  });

  it("is told of an unknown account", async () => {
    await assert.rejects(
      stranger.sendTokens(strange, bob, coins("1", "apyr"), fee),
      /Account '\w+' does not exist on chain/,
    );
    const data = { accountNumber: 99n, sequence: 0, chainId: await client.getChainId() };
    const message = sendMessage(1n);
    const value = { fromAddress: strange, toAddress: bob, amount: coins("1", "apyr") };
    const signed = await stranger.sign(strange, [{ ...message, value }], fee, "", data);
    await assert.rejects(
      stranger.broadcastTx(TxRaw.encode(signed).finish()),
      refusedWith(9, /account \w+ not found|fee payer address: \w+ does not exist/),
    );
  });

  it("is told of a wrong sequence (code 32)", async () => {
    const { accountNumber, sequence } = await client.getSequence(own);
    const data = { accountNumber, sequence: sequence + 7, chainId: await client.getChainId() };
    const signed = await client.sign(own, [sendMessage(1n)], fee, "", data);
    await assert.rejects(
      client.broadcastTx(TxRaw.encode(signed).finish()),
      refusedWith(32, /account sequence mismatch, expected \d+, got \d+/),
    );
  });

  it("finds a payment of more than it has in a block, failed with code 5, the fee paid", async () => {
    const failed = await client.signAndBroadcast(own, [sendMessage(11n * unit)], fee);
    assert.equal(failed.code, 5);
    assert.match(failed.rawLog ?? "", /insufficient funds/);
    const found = await client.getTx(failed.transactionHash);
    assert.equal(found?.code, 5);
  });

  it("is told of a timeout height that has passed (code 30)", async () => {
    await assert.rejects(
      client.signAndBroadcast(own, [sendMessage(1n)], fee, "", 1n),
      refusedWith(30, /tx timeout height|timeout height/),
    );
  });

  it("is told of a fee that is too low (code 13)", async () => {
    const low = { amount: coins("1", "apyr"), gas: "200000" };
    await assert.rejects(
      client.signAndBroadcast(own, [sendMessage(1n)], low),
      refusedWith(13, /insufficient fees; got: 1apyr required: 200000000000000apyr/),
    );
  });

  it("is told that a transaction was sent before", async () => {
    const signed = await client.sign(own, [sendMessage(1n)], fee, "twice");
    const bytes = TxRaw.encode(signed).finish();
    const sent = await client.broadcastTx(bytes);
    assert.equal(sent.code, 0);
    await assert.rejects(client.broadcastTx(bytes), /tx already exists in cache/);
  });

  it("is told of bytes that are no transaction (code 2), and of too many", async () => {
    await assert.rejects(client.broadcastTx(new Uint8Array([1, 2, 3])), refusedWith(2, /./));
    await assert.rejects(client.broadcastTx(new Uint8Array(2_000_000)), /.+/);
    assert.ok((await client.getHeight()) >= 1);
  });

  it("reads through any other node as well", async () => {
    const other = await StargateClient.connect(network.rpc(1));
    assert.equal(await other.getChainId(), "pyralog-local-1");
    other.disconnect();
  });
});
