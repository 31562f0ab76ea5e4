import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { TxMsgData } from "cosmjs-types/cosmos/base/abci/v1beta1/abci";
import type { ChainEvent } from "@pyralog/chain/types";
import { moduleAddress } from "@pyralog/chain/execution";
import { bech32FromBytes } from "@pyralog/chain/crypto";
import { alice, bob, carol, Chain, coins, funds, sendMessage, stranger } from "./a-chain.ts";

const fee = 200_000n * 10n ** 9n;
const feeCollector = bech32FromBytes({ prefix: "pyr", bytes: moduleAddress("fee_collector") });

interface Told {
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
}

const told = ({ code, codespace, log }: Told): Told => ({ code, codespace, log });

/** `type{key=value,…}`, as one line. */
function line({ type, attributes }: ChainEvent): string {
  return `${type}{${attributes.map(({ key, value }) => `${key}=${value}`).join(",")}}`;
}

describe("a transaction that sends", () => {
  it("moves the coins, pays the fee and raises the sequence", () => {
    const chain = new Chain();
    const [result] = chain.block(chain.send());
    assert.equal(result?.code, 0);
    assert.equal(result.log, "");
    assert.equal(chain.balance(alice), funds - fee - 5n);
    assert.equal(chain.balance(bob), funds + 5n);
    assert.equal(chain.balance(feeCollector), fee);
    assert.equal(chain.account(alice).sequence, 1n);
  });

  it("answers with one typed response a message", () => {
    const chain = new Chain();
    const [result] = chain.block(chain.send());
    const { msgResponses } = TxMsgData.decode(result?.data ?? new Uint8Array(0));
    assert.deepEqual(
      msgResponses.map(({ typeUrl }) => typeUrl),
      ["/cosmos.bank.v1beta1.MsgSendResponse"],
    );
  });

  it("tells of fee, signer, message and coins in the SDK's events", () => {
    const chain = new Chain();
    const tx = chain.send();
    const [result] = chain.block(tx);
    const signature = Buffer.from(TxRaw.decode(tx).signatures[0] ?? []).toString("base64");
    const [from, to] = [alice.address, bob.address];
    assert.deepEqual(result?.events.map(line), [
      `coin_spent{spender=${from},amount=${fee}apyr}`,
      `coin_received{receiver=${feeCollector},amount=${fee}apyr}`,
      `transfer{recipient=${feeCollector},sender=${from},amount=${fee}apyr}`,
      `tx{fee=${fee}apyr,fee_payer=${from}}`,
      `tx{acc_seq=${from}/0}`,
      `tx{signature=${signature}}`,
      `message{action=/cosmos.bank.v1beta1.MsgSend,sender=${from},module=bank,msg_index=0}`,
      `coin_spent{spender=${from},amount=5apyr,msg_index=0}`,
      `coin_received{receiver=${to},amount=5apyr,msg_index=0}`,
      `transfer{recipient=${to},sender=${from},amount=5apyr,msg_index=0}`,
    ]);
  });

  it("makes the account that it pays for the first time", () => {
    const chain = new Chain();
    assert.equal(chain.block(chain.send({ to: stranger }))[0]?.code, 0);
    assert.equal(chain.account(stranger).accountNumber, 7n);
  });

  it("needs no public key once the chain knows it", () => {
    const chain = new Chain();
    chain.block(chain.send());
    const [result] = chain.block(chain.send({ sequence: 1n, withoutKeys: true }));
    assert.equal(result?.code, 0);
  });
});

describe("CheckTx", () => {
  it("names sender, sequence and fee in one event for the pool", () => {
    const chain = new Chain();
    const { code, events } = chain.check(chain.send());
    assert.equal(code, 0);
    assert.deepEqual(events.map(line), [
      `mempool{sender=${alice.address},sequence=0,fee=${fee}apyr}`,
    ]);
  });

  it("lets one sender queue several transactions, in order", () => {
    const chain = new Chain();
    for (const sequence of [0n, 1n, 2n]) {
      assert.equal(chain.check(chain.send({ sequence })).code, 0);
    }
    assert.equal(chain.check(chain.send({ sequence: 4n })).code, 32);
  });

  it("forgets what it let in when a block is committed, and finds it again by recheck", () => {
    const chain = new Chain();
    const [first, second] = [chain.send(), chain.send({ sequence: 1n })];
    chain.check(first);
    chain.check(second);
    chain.block(first);
    assert.equal(chain.check(second, "recheck").code, 0);
    assert.equal(chain.check(first, "recheck").code, 32);
  });

  it("does not touch the state that blocks run on", () => {
    const chain = new Chain();
    const other = new Chain();
    chain.check(chain.send());
    assert.equal(chain.block().length, other.block().length);
    assert.equal(chain.appHash, other.appHash);
  });
});

describe("a transaction that fails", () => {
  it("for want of funds gets code 5, keeps fee and sequence, and tells of both", () => {
    const chain = new Chain();
    const tx = chain.send({ amount: coins(funds) });
    assert.equal(chain.check(tx).code, 0);
    const [result] = chain.block(tx);
    assert.deepEqual(result === undefined ? result : told(result), {
      code: 5,
      codespace: "sdk",
      log:
        "failed to execute message; message index: 0: spendable balance " +
        `${funds - fee}apyr is smaller than ${funds}apyr: insufficient funds`,
    });
    assert.equal(result?.data.length, 0);
    assert.equal(chain.balance(alice), funds - fee);
    assert.equal(chain.account(alice).sequence, 1n);
    assert.deepEqual(
      result.events.map(({ type }) => type),
      ["coin_spent", "coin_received", "transfer", "tx", "tx", "tx"],
    );
  });

  it("in its last message leaves nothing of the first", () => {
    const chain = new Chain();
    const messages = [
      sendMessage(alice, { to: bob }),
      sendMessage(alice, { to: stranger }),
      sendMessage(alice, { to: bob, amount: coins(funds) }),
    ];
    const [result] = chain.block(chain.tx({ messages, signers: [alice] }));
    assert.match(result?.log ?? "", /^failed to execute message; message index: 2: /);
    assert.equal(chain.balance(bob), funds);
    assert.equal(chain.balance(stranger), 0n);
  });

  it("for want of gas gets code 11 and keeps the fee", () => {
    const chain = new Chain();
    const gas = 35_000n;
    const [result] = chain.block(chain.send({ gas }));
    assert.equal(result?.code, 11);
    assert.match(result.log, /out of gas in location: \w+; gasWanted: 35000, gasUsed: \d+: out/);
    assert.equal(chain.balance(alice), funds - gas * 10n ** 9n);
  });

  it("for want of gas before its messages runs costs nothing", () => {
    const chain = new Chain();
    const [result] = chain.block(chain.send({ gas: 1000n }));
    assert.equal(result?.code, 11);
    assert.match(result.log, /^out of gas in location: txSize; gasWanted: 1000, gasUsed: \d+: /);
    assert.equal(chain.balance(alice), funds);
  });

  it("to an account that a module owns gets code 4", () => {
    const chain = new Chain();
    const [result] = chain.block(chain.send({ to: feeCollector }));
    assert.equal(result?.code, 4);
    assert.match(result.log, /is not allowed to receive funds: unauthorized$/);
  });
});

describe("several signers", () => {
  const both = { messages: [sendMessage(alice, { to: carol }), sendMessage(bob, { to: carol })] };

  it("each sign once, in the order of the messages, and the first one pays", () => {
    const chain = new Chain();
    const [result] = chain.block(chain.tx({ ...both, signers: [alice, bob] }));
    assert.equal(result?.code, 0, result?.log);
    assert.equal(chain.balance(bob), funds - 5n);
    assert.equal(chain.account(bob).sequence, 1n);
  });

  it("are refused in another order", () => {
    const chain = new Chain();
    assert.equal(chain.check(chain.tx({ ...both, signers: [bob, alice] })).code, 8);
  });

  it("include a payer of the fee who sends nothing", () => {
    const chain = new Chain();
    const parts = { messages: [sendMessage(alice, { to: carol })], payer: bob.address };
    const [result] = chain.block(chain.tx({ ...parts, signers: [alice, bob] }));
    assert.equal(result?.code, 0, result?.log);
    assert.equal(chain.balance(alice), funds - 5n);
    assert.equal(chain.balance(bob), funds - fee);
  });
});

describe("sequences", () => {
  it("let one of two transactions with the same sequence into a block", () => {
    const chain = new Chain();
    const results = chain.block(chain.send(), chain.send({ to: carol }));
    assert.deepEqual(
      results.map(({ code }) => code),
      [0, 32],
    );
  });

  it("refuse a gap, and take up again after it", () => {
    const chain = new Chain();
    const results = chain.block(
      chain.send(),
      chain.send({ sequence: 2n }),
      chain.send({ sequence: 1n }),
    );
    assert.deepEqual(
      results.map(({ code }) => code),
      [0, 32, 0],
    );
  });
});
