import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { AssertionFailure, hexFromBytes } from "@pyralog/chain/base";
import type { FinalizeBlockResponse } from "@pyralog/chain/abci";
import { VersionedState } from "@pyralog/chain/merkle";
import { createApplication } from "@pyralog/node/app";
import { alice, bob, carol, Chain, coins, crypto, funds, sendMessage } from "./a-chain.ts";
import { oddMessage, oddModule } from "./a-module.ts";

function odd(chain: Chain, name: string): Uint8Array {
  return chain.tx({ messages: [oddMessage(name, alice)], signers: [alice] });
}

/** A good one, one whose message fails, and one by another scheme of keys. */
function mixed(chain: Chain): readonly Uint8Array[] {
  return [
    chain.send(),
    chain.send({ sequence: 1n, amount: coins(funds) }),
    chain.send({ from: carol, to: bob }),
  ];
}

/** All that other nodes and clients see of a block. */
function outcome({ txResults, appHash }: FinalizeBlockResponse): unknown {
  return { txResults, appHash: hexFromBytes(appHash) };
}

describe("a proposal", () => {
  it("takes what fits, and leaves out what the ante chain refuses", () => {
    const chain = new Chain();
    const [first, gap, other] = [
      chain.send(),
      chain.send({ sequence: 7n }),
      chain.send({ from: bob, to: carol }),
    ];
    const { txs, poisonous } = chain.prepare([first, gap, other]);
    assert.deepEqual(txs, [first, other]);
    assert.deepEqual(poisonous, []);
    const oneTxBytes = BigInt(first.length + 3);
    assert.deepEqual(chain.prepare([first, other], oneTxBytes).txs, [first]);
  });

  it("may hold a transaction whose messages fail: it has paid", () => {
    const chain = new Chain();
    const broke = chain.send({ amount: coins(funds) });
    assert.deepEqual(chain.prepare([broke]).txs, [broke]);
    assert.equal(chain.process([broke]), true);
  });

  it("is refused where it holds one that the ante chain refuses", () => {
    const chain = new Chain();
    assert.equal(chain.process([chain.send(), chain.send()]), false);
    assert.equal(chain.process([Uint8Array.of(1, 2, 3)]), false);
  });

  it("that was executed ahead gives the block the same bytes as one that was not", () => {
    const [proposer, validator, late] = [new Chain(), new Chain(), new Chain()];
    const chosen = proposer.prepare(mixed(proposer)).txs;
    assert.equal(proposer.process(chosen), true);
    assert.equal(validator.process(chosen), true);
    const expected = outcome(late.finalize(chosen));
    assert.deepEqual(outcome(proposer.finalize(chosen)), expected);
    assert.deepEqual(outcome(validator.finalize(chosen)), expected);
  });

  it("of an earlier round may be decided after a later one was executed", () => {
    const [chain, other] = [new Chain(), new Chain()];
    const [one, two] = [[chain.send()], [chain.send({ to: carol })]];
    assert.equal(chain.process(one), true);
    assert.equal(chain.process(two), true);
    assert.deepEqual(outcome(chain.finalize(one)), outcome(other.finalize(one)));
  });

  it("that was executed and not decided leaves nothing", () => {
    const [chain, other] = [new Chain(), new Chain()];
    chain.prepare([chain.send()]);
    chain.process([chain.send()]);
    chain.block();
    other.block();
    assert.equal(chain.appHash, other.appHash);
    assert.equal(chain.balance(alice), funds);
  });
});

describe("a handler that throws what no rule foresees", () => {
  it("ends its transaction as internal, pays, leaves nothing, and is told loudly", () => {
    const chain = new Chain({ modules: [oddModule()] });
    const tx = odd(chain, "MsgThrow");
    assert.equal(chain.check(tx).code, 0);
    const { txResults, loud } = chain.finalize([tx]);
    const [result] = txResults;
    assert.deepEqual(
      [result?.code, result?.codespace, result?.log],
      [1, "undefined", "failed to execute message; message index: 0: internal"],
    );
    assert.deepEqual(loud, [
      { where: "/odd.MsgThrow", error: "TypeError: nobody thought of this" },
    ]);
    chain.commit();
    assert.equal(chain.account(alice).sequence, 1n);
    assert.equal(chain.query("/store/odd/key", { data: Buffer.from("note") }).value.length, 0);
  });

  it("takes the messages before it back too", () => {
    const chain = new Chain({ modules: [oddModule()] });
    const messages = [sendMessage(alice, { to: bob }), oddMessage("MsgThrow", alice)];
    assert.equal(chain.block(chain.tx({ messages, signers: [alice] }))[0]?.code, 1);
    assert.equal(chain.balance(bob), funds);
  });
});

describe("a transaction on which execution has to stop", () => {
  for (const name of ["MsgExhaust", "MsgBreakClaim", "MsgMint"]) {
    it(`is left out by the proposer and named to its pool: ${name}`, () => {
      const chain = new Chain({ modules: [oddModule()] });
      const [good, bad] = [chain.send({ from: bob, to: carol }), odd(chain, name)];
      const { txs, poisonous } = chain.prepare([bad, good]);
      assert.deepEqual(txs, [good]);
      assert.deepEqual(poisonous, [bad]);
    });

    it(`makes a proposal that holds it refused: ${name}`, () => {
      const chain = new Chain({ modules: [oddModule()] });
      assert.equal(chain.process([odd(chain, name)]), false);
      assert.equal(chain.process([chain.send()]), true);
    });

    it(`stops the node where it was decided all the same, saying where: ${name}`, () => {
      const chain = new Chain({ modules: [oddModule()] });
      chain.block();
      assert.throws(() => chain.finalize([odd(chain, name)]), /^ExecutionStopped: .* height 2/);
      assert.equal(chain.balance(alice), funds);
    });
  }

  it("is found by the node that checks every invariant", () => {
    const modules = [oddModule({ withInvariant: true })];
    const chain = new Chain({ modules });
    const message = /height 1.*odd: silence: somebody took a note/;
    assert.throws(() => chain.finalize([odd(chain, "MsgNote")]), message);
    const calm = new Chain({ modules, node: { invariants: false } });
    assert.equal(calm.block(odd(calm, "MsgNote"))[0]?.code, 0);
  });
});

describe("a state that cannot be read", () => {
  it("stops the node, and never becomes a transaction's result", () => {
    const chain = new Chain({ cacheBytesMax: 0 });
    chain.block();
    chain.isDiskGone = true;
    const tx = chain.send();
    assert.throws(() => chain.check(tx), /the state cannot be read: .*the disk is gone/);
    assert.throws(() => chain.process([tx]), /the state cannot be read/);
    assert.throws(() => chain.finalize([tx]), /the state cannot be read/);
    assert.throws(() => chain.balance(alice), /the state cannot be read/);
  });
});

describe("the application over its state", () => {
  it("goes on after a restart where the committed state left off", () => {
    const chain = new Chain();
    chain.block(chain.send());
    const application = chain.restarted();
    const { lastBlockHeight, lastBlockAppHash } = application.info();
    assert.equal(lastBlockHeight, 1n);
    assert.equal(hexFromBytes(lastBlockAppHash), chain.appHash);
    const tx = chain.send({ sequence: 1n });
    assert.equal(application.checkTx({ tx, kind: "new" }).code, 0);
  });

  it("starts at height zero, and at genesis again after a stop before the first block", () => {
    const chain = new Chain();
    assert.equal(chain.application.info().lastBlockHeight, 0n);
    assert.equal(chain.restarted().info().lastBlockHeight, 0n);
    assert.equal(chain.appHash, new Chain().appHash);
    assert.equal(chain.appHash.length, 64);
  });

  it("answers the same block again after it was finalized and not committed", () => {
    const chain = new Chain();
    const txs = [chain.send()];
    assert.deepEqual(outcome(chain.finalize(txs)), outcome(chain.finalize(txs)));
  });

  it("says nothing before genesis, and nothing of extensions", () => {
    const state = new VersionedState({ values: { get: () => undefined } });
    const application = createApplication({ state, crypto });
    const tx = Uint8Array.of(1);
    assert.throws(() => application.checkTx({ tx, kind: "new" }), AssertionFailure);
    assert.equal(application.extendVote().length, 0);
    assert.equal(application.verifyVoteExtension({ extension: tx }), false);
  });
});
