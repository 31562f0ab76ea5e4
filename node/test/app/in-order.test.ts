import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { inOrder } from "@pyralog/chain/abci";
import { AssertionFailure, finish } from "@pyralog/chain/base";
import { createHeight } from "@pyralog/chain/types";
import { Chain } from "./a-chain.ts";

const noCommit = { round: 0, votes: [] };

describe("an application that is watched", () => {
  it("does all that it does alone, in the right order", () => {
    const chain = new Chain();
    chain.block();
    const watched = inOrder(chain.restarted());
    assert.equal(watched.info().lastBlockHeight, 1n);
    const tx = chain.send();
    assert.equal(watched.checkTx({ tx, kind: "new" }).code, 0);
    const request = chain.blockRequest([tx]);
    const prepare = { ...request, txBytesMax: 10_000n, localLastCommit: noCommit };
    assert.equal(finish(watched.prepareProposal(prepare)).txs.length, 1);
    assert.ok(finish(watched.processProposal({ ...request, proposedLastCommit: noCommit })));
    const { hash, height } = request;
    assert.equal(watched.extendVote({ hash, height }).length, 0);
    const extension = new Uint8Array(0);
    const validatorAddress = request.proposerAddress;
    assert.ok(watched.verifyVoteExtension({ hash, height, validatorAddress, extension }));
    const { txResults } = finish(
      watched.finalizeBlock({ ...request, decidedLastCommit: noCommit }),
    );
    assert.equal(txResults[0]?.code, 0);
    assert.ok(watched.commit().batch.length > 0);
    watched.committed();
    const query = { path: "/app/version", data: hash, height: createHeight(0n), prove: false };
    assert.equal(finish(watched.query(query)).height, 2n);
  });

  it("stops whoever calls out of order", () => {
    const watched = inOrder(new Chain().restarted());
    assert.throws(() => watched.commit(), AssertionFailure);
    watched.info();
    assert.throws(() => watched.checkTx({ tx: new Uint8Array(1), kind: "new" }), AssertionFailure);
    assert.ok(finish(watched.initChain(new Chain().initRequest())).appHash.length === 32);
  });

  it("stops whoever changes its state in two works at once", () => {
    const chain = new Chain();
    chain.block();
    const watched = inOrder(chain.restarted());
    watched.info();
    const txs = Array.from({ length: 40 }, (_, index) => chain.send({ sequence: BigInt(index) }));
    const request = { ...chain.blockRequest(txs), proposedLastCommit: noCommit };
    const [one, other] = [watched.processProposal(request), watched.processProposal(request)];
    assert.equal(one.next().done, false);
    assert.throws(() => other.next(), AssertionFailure);
    assert.equal(finish(one), true);
    assert.equal(finish(watched.processProposal(request)), true);
  });
});
