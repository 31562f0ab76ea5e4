import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createHeight, createRound, createTime, nil, voteSignBytes } from "@pyralog/chain/types";
import { Agreement, DoubleSign, Violation, type Decision } from "@pyralog/testnet/checkers";

function aDecision(changes: Partial<Decision> = {}): Decision {
  const hash = Uint8Array.of(1);
  return { node: "n0", height: 1n, blockHash: hash, appHash: hash, txHashes: [], ...changes };
}

function violationOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Violation) return error.code;
    throw error;
  }
  return "none";
}

function signBytes(changes: { readonly round?: number; readonly time?: bigint } = {}): Uint8Array {
  const { round = 0, time = 0n } = changes;
  const vote = {
    type: "prevote",
    height: createHeight(1n),
    round: createRound(round),
    blockId: nil,
    time: createTime(time),
  } as const;
  return voteSignBytes({ chainId: "c", vote });
}

describe("Agreement", () => {
  it("accepts nodes that decide alike, each at its pace", () => {
    const agreement = new Agreement();
    for (const node of ["n0", "n1"]) {
      for (const height of [1n, 2n]) agreement.decided(aDecision({ node, height }));
    }
    assert.equal(agreement.height, 2n);
  });

  it("sees a fork", () => {
    const agreement = new Agreement();
    agreement.decided(aDecision());
    const other = aDecision({ node: "n1", blockHash: Uint8Array.of(2) });
    assert.equal(
      violationOf(() => agreement.decided(other)),
      "AGREEMENT",
    );
  });

  it("sees states that differ", () => {
    const agreement = new Agreement();
    agreement.decided(aDecision());
    const other = aDecision({ node: "n1", appHash: Uint8Array.of(2) });
    assert.equal(
      violationOf(() => agreement.decided(other)),
      "APP_HASH",
    );
  });

  it("sees a transaction that is applied twice", () => {
    const agreement = new Agreement();
    const txHashes = [Uint8Array.of(9)];
    agreement.decided(aDecision({ txHashes }));
    assert.equal(
      violationOf(() => agreement.decided(aDecision({ height: 2n, txHashes }))),
      "APPLIED_TWICE",
    );
  });

  it("sees a skipped height, and one that a restart forgot", () => {
    const agreement = new Agreement();
    agreement.decided(aDecision());
    assert.equal(
      violationOf(() => agreement.decided(aDecision({ height: 3n }))),
      "HEIGHT_SKIPPED",
    );
    const another = new Agreement();
    another.decided(aDecision());
    assert.equal(
      violationOf(() => another.restarted("n0", 0n)),
      "DECISION_LOST",
    );
  });
});

describe("DoubleSign", () => {
  const key = Uint8Array.of(7);

  it("accepts the same bytes again, other rounds and other keys", () => {
    const watcher = new DoubleSign();
    watcher.signed(key, signBytes());
    watcher.signed(key, signBytes());
    watcher.signed(key, signBytes({ round: 1 }));
    watcher.signed(Uint8Array.of(8), signBytes({ time: 5n }));
    assert.equal(watcher.signatures, 3);
  });

  it("sees two votes at one place, be it only the time that differs", () => {
    const watcher = new DoubleSign();
    watcher.signed(key, signBytes());
    assert.equal(
      violationOf(() => watcher.signed(key, signBytes({ time: 5n }))),
      "DOUBLE_SIGN",
    );
  });
});
