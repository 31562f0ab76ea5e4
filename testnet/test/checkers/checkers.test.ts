import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createHeight, createRound, createTime, nil, voteSignBytes } from "@pyralog/chain/types";
import {
  Agreement,
  Bounds,
  DoubleSign,
  Durability,
  Quiescence,
  Supply,
  Validity,
  Violation,
  type Decision,
  type DecidedBlock,
  type Pieces,
} from "@pyralog/testnet/checkers";

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

describe("Agreement of a node that lost its disk", () => {
  it("lets it decide everything again, and holds it to what was decided", () => {
    const agreement = new Agreement();
    for (const height of [1n, 2n]) agreement.decided(aDecision({ height }));
    agreement.forgotten("n0");
    agreement.restarted("n0", 0n);
    agreement.decided(aDecision());
    const other = aDecision({ height: 2n, blockHash: Uint8Array.of(2) });
    assert.equal(
      violationOf(() => agreement.decided(other)),
      "AGREEMENT",
    );
  });
});

describe("Validity", () => {
  const blockHash = Uint8Array.of(1);
  const tx = Uint8Array.of(9);

  function aBlock(changes: Partial<DecidedBlock> = {}): DecidedBlock {
    const validators = Uint8Array.of(3);
    const block = { node: "n0", height: 1n, blockHash, time: 5n, txHashes: [tx] };
    return { ...block, validators, nextValidators: validators, ...changes };
  }

  function aValidity(): Validity {
    const validity = new Validity();
    for (const height of [1n, 2n]) validity.proposed({ height, blockHash });
    validity.sent(tx);
    return validity;
  }

  it("accepts a block that was proposed, of transactions that were sent", () => {
    const validity = aValidity();
    validity.decided(aBlock());
    validity.decided(aBlock({ height: 2n, time: 6n, txHashes: [] }));
  });

  it("sees a block that nobody proposed, be it only at that height", () => {
    for (const changes of [{ blockHash: Uint8Array.of(2) }, { height: 3n }]) {
      assert.equal(
        violationOf(() => aValidity().decided(aBlock(changes))),
        "VALIDITY",
      );
    }
  });

  it("sees a block that breaks a rule", () => {
    const validity = aValidity();
    validity.invalid(blockHash);
    assert.equal(
      violationOf(() => validity.decided(aBlock())),
      "VALIDITY",
    );
  });

  it("sees a transaction that nobody sent", () => {
    const txHashes = [tx, Uint8Array.of(8)];
    assert.equal(
      violationOf(() => aValidity().decided(aBlock({ txHashes }))),
      "VALIDITY",
    );
  });

  it("sees validators that the block before did not announce", () => {
    const validity = aValidity();
    const other = Uint8Array.of(4);
    validity.decided(aBlock({ nextValidators: other }));
    const next = aBlock({ height: 2n, time: 6n, txHashes: [] });
    assert.equal(
      violationOf(() => validity.decided(next)),
      "VALIDITY",
    );
    validity.decided({ ...next, time: 7n, validators: other });
  });

  it("sees a block that is not later than the one before", () => {
    for (const time of [5n, 4n]) {
      const validity = aValidity();
      validity.decided(aBlock());
      assert.equal(
        violationOf(() => validity.decided(aBlock({ height: 2n, time, txHashes: [] }))),
        "TIME",
      );
    }
  });
});

describe("Supply", () => {
  it("accepts coins that move", () => {
    const supply = new Supply();
    supply.counted({ height: 1n, balances: [6n, 4n], supply: 10n });
    supply.counted({ height: 2n, balances: [1n, 9n], supply: 10n });
  });

  it("sees coins that appear, disappear or are owed", () => {
    const wrong = [
      { balances: [7n, 4n], supply: 10n },
      { balances: [5n, 4n], supply: 10n },
      { balances: [7n, 4n], supply: 11n },
      { balances: [11n, -1n], supply: 10n },
    ];
    for (const counted of wrong) {
      const supply = new Supply();
      supply.counted({ height: 1n, balances: [10n], supply: 10n });
      assert.equal(
        violationOf(() => supply.counted({ height: 2n, ...counted })),
        "SUPPLY",
      );
    }
  });
});

describe("Durability", () => {
  it("accepts what is found where it was, and sees what is gone or elsewhere", () => {
    const durability = new Durability();
    const tx = { node: "n0", hash: "aa", height: 4n };
    durability.looked({ ...tx, foundAt: 4n });
    assert.equal(durability.found, 1);
    for (const foundAt of [undefined, 5n]) {
      assert.equal(
        violationOf(() => durability.looked({ ...tx, foundAt })),
        "TX_LOST",
      );
    }
  });
});

describe("Bounds", () => {
  it("accepts what is as large as it may be, remembers it, and sees what is larger", () => {
    const bounds = new Bounds();
    bounds.measured("n0", [{ name: "queue", size: 5, max: 5 }]);
    bounds.measured("n0", [{ name: "queue", size: 2, max: 5 }]);
    assert.equal(bounds.greatest("queue"), 5);
    assert.equal(
      violationOf(() => bounds.measured("n0", [{ name: "queue", size: 6, max: 5 }])),
      "BOUNDS",
    );
  });
});

function pieces(value?: number): Pieces {
  return new Map([["root", value === undefined ? undefined : Uint8Array.of(value)]]);
}

describe("Quiescence", () => {
  it("accepts nodes that hold the same, and counts what it compared", () => {
    const quiescence = new Quiescence();
    quiescence.compare(
      3n,
      new Map([
        ["n0", pieces(1)],
        ["n1", pieces(1)],
        ["n2", pieces(1)],
      ]),
    );
    assert.equal(quiescence.compared, 2);
  });

  it("sees a piece that differs, is missing or is too much", () => {
    const more = new Map([...pieces(1), ["another", Uint8Array.of(1)] as const]);
    for (const other of [pieces(2), pieces(), more]) {
      const nodes = new Map([
        ["n0", pieces(1)],
        ["n1", other],
      ]);
      assert.equal(
        violationOf(() => new Quiescence().compare(3n, nodes)),
        "QUIESCENCE",
      );
    }
  });
});
