import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { hexFromBytes } from "#base";
import { sha256 } from "#crypto";
import { createMempoolLimits, type Mempool, type MempoolInput } from "#mempool";
import { createHeight } from "#types";
import {
  aPool,
  answersTo,
  at,
  messageOf,
  ofKind,
  settle,
  submit,
  texts,
  tx,
  unlimited,
  verdictOn,
  type EffectOf,
} from "./a-pool.ts";

const everything = { bytesMax: -1, gasMax: -1n };

function named(check: EffectOf<"check"> | undefined): readonly string[] {
  return check === undefined ? [] : [check.mode, ...texts(check.txs.map((keyed) => keyed.tx))];
}

function commit(
  pool: Mempool,
  block: { readonly height: bigint; readonly txs: readonly string[]; readonly codes?: number[] },
): void {
  settle(pool, {
    kind: "block-committed",
    height: createHeight(block.height),
    txs: block.txs.map(tx),
    codes: block.codes ?? block.txs.map(() => 0),
    block: unlimited,
    now: at(0),
  });
}

describe("mempool admission", () => {
  it("answers a client with what the application said, under the transaction's hash", () => {
    const pool = aPool();
    const effects = settle(pool, { kind: "submitted", id: 3, tx: tx("one"), now: at(0) });
    const [answer] = ofKind(effects, "answer");
    assert.equal(answer?.id, 3);
    assert.equal(hexFromBytes(answer?.hash ?? tx("")), hexFromBytes(sha256(tx("one"))));
    assert.equal(answer?.outcome.kind, "ok");
    assert.deepEqual(texts(pool.list(10)), ["one"]);
    assert.equal(pool.has(sha256(tx("one"))), true);
    assert.equal(pool.bytes, 3);
  });

  it("refuses a transaction that was seen, in CometBFT's words (TX_IN_CACHE)", () => {
    const pool = aPool();
    submit(pool, "one");
    assert.equal(messageOf(submit(pool, "one")), "tx already exists in cache");
  });

  it("refuses more than it has room for, in CometBFT's words (MEMPOOL_FULL)", () => {
    const pool = aPool({ limits: { txsMax: 2 } });
    submit(pool, "one");
    submit(pool, "four");
    assert.equal(
      messageOf(submit(pool, "x")),
      "mempool is full: number of txs 2 (max: 2), total txs bytes 7 (max: 67108864)",
    );
  });

  it("is full by bytes too", () => {
    const pool = aPool({ limits: { poolBytesMax: 10, txBytesMax: 10 } });
    submit(pool, "eightby8");
    assert.equal(messageOf(submit(pool, "abc")).startsWith("mempool is full"), true);
    assert.equal(messageOf(submit(pool, "ab")), "code 0");
  });

  it("refuses an oversized transaction, in CometBFT's words (TX_TOO_LARGE)", () => {
    const pool = aPool({ limits: { txBytesMax: 4 } });
    assert.equal(messageOf(submit(pool, "12345")), "Tx too large. Max size is 4, but got 5");
    assert.equal(messageOf(submit(pool, "1234")), "code 0");
  });

  it("refuses what no block can hold, its overhead counted (TX_OVER_BLOCK)", () => {
    const pool = aPool({ block: { txBytesMax: 6, gasMax: -1n } });
    assert.equal(messageOf(submit(pool, "12345")), "tx size is too big: 7, max: 6");
    assert.equal(messageOf(submit(pool, "1234")), "code 0");
  });

  it("refuses more gas than a block has (GAS_OVER_BLOCK), and negative gas (GAS_NEGATIVE)", () => {
    const pool = aPool({ block: { txBytesMax: -1, gasMax: 0n } });
    assert.equal(messageOf(submit(pool, "one")), "gas wanted 1 is greater than max gas 0");
    const [check] = ofKind(
      pool.step({ kind: "submitted", id: 1, tx: tx("two"), now: at(0) }),
      "check",
    );
    const key = check?.txs[0]?.key ?? "";
    const response = { ...verdictOn(tx("two")), gasWanted: -1n };
    const height = createHeight(0n);
    const effects = pool.step({
      kind: "checked",
      height,
      results: [{ key, response }],
      now: at(0),
    });
    const [answer] = ofKind(effects, "answer");
    assert.ok(answer !== undefined);
    assert.equal(messageOf(answer.outcome), "gas wanted -1 is negative");
    assert.equal(pool.size, 0);
  });

  it("lets a transaction that failed its check be tried again", () => {
    const pool = aPool();
    assert.equal(messageOf(submit(pool, "bad")), "code 5");
    assert.equal(messageOf(submit(pool, "bad")), "code 5");
    assert.equal(pool.size, 0);
    assert.equal(pool.counters.failed, 2);
  });

  it("remembers a failed transaction where the operator wants that", () => {
    const pool = aPool({ limits: { keepInvalid: true } });
    assert.equal(messageOf(submit(pool, "bad")), "code 5");
    assert.equal(messageOf(submit(pool, "bad")), "tx already exists in cache");
  });

  it("caps the transactions of one sender (SENDER_FULL)", () => {
    const pool = aPool({ limits: { senderTxsMax: 2 } });
    submit(pool, "alice:1");
    submit(pool, "alice:2");
    const message = "too many transactions of alice are waiting (max: 2)";
    assert.equal(messageOf(submit(pool, "alice:3")), message);
    assert.equal(messageOf(submit(pool, "alice:3")), message);
    assert.equal(messageOf(submit(pool, "bob:1")), "code 0");
  });

  it("counts a transaction under check against the limits, and no answer twice", () => {
    const pool = aPool({ limits: { txsMax: 1 } });
    const submitted: MempoolInput = { kind: "submitted", id: 1, tx: tx("one"), now: at(0) };
    const [check] = ofKind(pool.step(submitted), "check");
    assert.equal(messageOf(submit(pool, "two")).startsWith("mempool is full"), true);
    assert.equal(ofKind(pool.step(answersTo(check)), "answer").length, 1);
    assert.equal(ofKind(pool.step(answersTo(check)), "answer").length, 0);
    assert.equal(pool.size, 1);
  });

  it("forgets poisonous transactions and does not take them back", () => {
    const pool = aPool();
    submit(pool, "venom");
    pool.remove([tx("venom")]);
    assert.equal(pool.size, 0);
    assert.equal(messageOf(submit(pool, "venom")), "tx already exists in cache");
  });
});

describe("mempool eviction", () => {
  it("lets a newcomer take the place of the last transaction of the fullest sender", () => {
    const pool = aPool({ limits: { txsMax: 4 } });
    for (const text of ["alice:1", "alice:2", "alice:3", "bob:1"]) submit(pool, text);
    assert.equal(messageOf(submit(pool, "carol:1")), "code 0");
    assert.deepEqual(texts(pool.list(10)), ["alice:1", "alice:2", "bob:1", "carol:1"]);
    assert.equal(pool.counters.evicted, 1);
    assert.equal(messageOf(submit(pool, "alice:3")).startsWith("mempool is full"), true);
  });

  it("among equals lets the better paying take the place of the cheapest, and no other", () => {
    const pool = aPool({ limits: { txsMax: 2 } });
    submit(pool, "alice:1:50");
    submit(pool, "bob:1:40");
    assert.equal(messageOf(submit(pool, "carol:1:40")).startsWith("mempool is full"), true);
    assert.equal(messageOf(submit(pool, "carol:1:41")), "code 0");
    assert.deepEqual(texts(pool.list(10)), ["alice:1:50", "carol:1:41"]);
  });

  it("lets what was evicted be tried again", () => {
    const pool = aPool({ limits: { txsMax: 2 } });
    submit(pool, "alice:1");
    submit(pool, "alice:2");
    submit(pool, "bob:1");
    commit(pool, { height: 1n, txs: ["alice:1"] });
    assert.equal(messageOf(submit(pool, "alice:2")), "code 0");
  });

  it("evicts nobody where the application names no senders", () => {
    const pool = aPool({ limits: { txsMax: 1 } });
    submit(pool, "one");
    const effects = pool.step({ kind: "submitted", id: 1, tx: tx("two"), now: at(0) });
    assert.equal(ofKind(effects, "check").length, 0);
    assert.equal(ofKind(effects, "answer").length, 1);
  });
});

describe("mempool order", () => {
  it("offers first what came first", () => {
    const pool = aPool();
    for (const text of ["c", "a", "b"]) submit(pool, text);
    assert.deepEqual(texts(pool.reap(everything)), ["c", "a", "b"]);
  });

  it("offers the transactions of a sender by sequence, whatever the order of their coming", () => {
    const pool = aPool();
    for (const text of ["alice:2", "x", "alice:1", "alice:3"]) submit(pool, text);
    assert.deepEqual(texts(pool.reap(everything)), ["alice:1", "x", "alice:2", "alice:3"]);
  });

  it("keeps to the bytes of a block, protobuf overhead included", () => {
    const pool = aPool();
    for (const text of ["1234", "5678"]) submit(pool, text);
    assert.equal(pool.reap({ bytesMax: 12, gasMax: -1n }).length, 2);
    assert.equal(pool.reap({ bytesMax: 11, gasMax: -1n }).length, 1);
    assert.equal(pool.reap({ bytesMax: 0, gasMax: -1n }).length, 0);
  });

  it("keeps to the gas of a block", () => {
    const pool = aPool();
    for (const text of ["1", "2", "3"]) submit(pool, text);
    assert.equal(pool.reap({ bytesMax: -1, gasMax: 2n }).length, 2);
  });

  it("passes over what does not fit, and with it whatever its sender has after it", () => {
    const pool = aPool();
    for (const text of ["alice:1:1000000000000", "bob:1", "alice:2"]) submit(pool, text);
    assert.deepEqual(texts(pool.reap({ bytesMax: 20, gasMax: -1n })), ["bob:1"]);
  });
});

describe("mempool after a block", () => {
  it("drops what was committed and refuses it from then on", () => {
    const pool = aPool();
    for (const text of ["one", "two"]) submit(pool, text);
    commit(pool, { height: 1n, txs: ["one"] });
    assert.deepEqual(texts(pool.list(10)), ["two"]);
    assert.equal(messageOf(submit(pool, "one")), "tx already exists in cache");
  });

  it("lets a transaction that failed in its block be tried again", () => {
    const pool = aPool();
    submit(pool, "one");
    commit(pool, { height: 1n, txs: ["one"], codes: [5] });
    assert.equal(messageOf(submit(pool, "one")), "code 0");
  });

  it("rechecks what is left in slices, and holds new transactions back until that is done", () => {
    const pool = aPool({ limits: { recheckSliceTxs: 2 } });
    for (const text of ["a", "b", "c"]) submit(pool, text);
    const height = createHeight(1n);
    const committed = { kind: "block-committed", height, txs: [], codes: [] } as const;
    const [first] = ofKind(pool.step({ ...committed, block: unlimited, now: at(0) }), "check");
    assert.deepEqual(named(first), ["recheck", "a", "b"]);
    assert.deepEqual(pool.step({ kind: "submitted", id: 1, tx: tx("d"), now: at(0) }), []);
    const [second] = ofKind(pool.step(answersTo(first, [0, 1])), "check");
    assert.deepEqual(named(second), ["recheck", "c"]);
    const [fresh] = ofKind(pool.step(answersTo(second)), "check");
    assert.deepEqual(named(fresh), ["new", "d"]);
    assert.deepEqual(texts(pool.list(10)), ["a", "c"]);
  });

  it("begins the recheck again where another block comes meanwhile", () => {
    const pool = aPool({ limits: { recheckSliceTxs: 1 } });
    for (const text of ["a", "b"]) submit(pool, text);
    const committed = { kind: "block-committed", txs: [], codes: [], block: unlimited } as const;
    const [stale] = ofKind(
      pool.step({ ...committed, height: createHeight(1n), now: at(0) }),
      "check",
    );
    const [fresh] = ofKind(
      pool.step({ ...committed, height: createHeight(2n), now: at(0) }),
      "check",
    );
    assert.deepEqual(fresh?.txs, stale?.txs);
    pool.step(answersTo(stale, [5]));
    assert.equal(pool.size, 2);
  });

  it("rechecks a transaction whose first check belongs to the block before", () => {
    const pool = aPool();
    const submitted: MempoolInput = { kind: "submitted", id: 1, tx: tx("late"), now: at(0) };
    const [check] = ofKind(pool.step(submitted), "check");
    commit(pool, { height: 1n, txs: [] });
    const effects = pool.step(answersTo(check));
    assert.equal(ofKind(effects, "check")[0]?.mode, "recheck");
  });

  it("rechecks such a transaction also where the recheck of all others is under way", () => {
    const pool = aPool();
    submit(pool, "waiting");
    const submitted: MempoolInput = { kind: "submitted", id: 1, tx: tx("late"), now: at(0) };
    const [check] = ofKind(pool.step(submitted), "check");
    const committed = { kind: "block-committed", txs: [], codes: [], block: unlimited } as const;
    const height = createHeight(1n);
    const [recheck] = ofKind(pool.step({ ...committed, height, now: at(0) }), "check");
    assert.deepEqual(named(recheck), ["recheck", "waiting"]);
    pool.step(answersTo(check));
    const [another] = ofKind(pool.step(answersTo(recheck)), "check");
    assert.deepEqual(named(another), ["recheck", "late"]);
  });

  it("asks again about what was refused on a check-state that a block has replaced", () => {
    const pool = aPool();
    const submitted = pool.step({ kind: "submitted", id: 7, tx: tx("alice:1"), now: at(0) });
    const [outdated] = ofKind(submitted, "check");
    commit(pool, { height: 1n, txs: [] });
    const again = pool.step(answersTo(outdated, [32]));
    assert.deepEqual(ofKind(again, "answer"), []);
    const [check] = ofKind(again, "check");
    assert.equal(check?.height, 1n);
    const [answer] = ofKind(pool.step(answersTo(check)), "answer");
    assert.equal(answer?.outcome.kind === "ok" && answer.outcome.value.code, 0);
  });

  it("asks again about what the application was not asked any more", () => {
    const pool = aPool();
    const submitted = pool.step({ kind: "submitted", id: 7, tx: tx("alice:1"), now: at(0) });
    const [outdated] = ofKind(submitted, "check");
    commit(pool, { height: 1n, txs: [] });
    const results = outdated?.txs.map(({ key }) => ({ key, response: undefined })) ?? [];
    const again = pool.step({ kind: "checked", height: createHeight(0n), results, now: at(0) });
    assert.deepEqual(named(ofKind(again, "check")[0]), ["new", "alice:1"]);
  });

  it("asks again in the order of coming, and about nothing newer before", () => {
    const pool = aPool();
    submit(pool, "waiting");
    const asked = ["alice:1", "alice:2"].map((text, id) => {
      const input: MempoolInput = { kind: "submitted", id, tx: tx(text), now: at(0) };
      return ofKind(pool.step(input), "check")[0];
    });
    commit(pool, { height: 1n, txs: ["waiting"] });
    const newer = pool.step({ kind: "submitted", id: 9, tx: tx("alice:3"), now: at(0) });
    assert.deepEqual(ofKind(newer, "check"), []);
    const again = asked.flatMap((check) => [...pool.step(answersTo(check, [32]))]);
    const [check, ...others] = ofKind(again, "check");
    assert.deepEqual(named(check), ["new", "alice:1", "alice:2", "alice:3"]);
    assert.deepEqual(others, []);
  });

  it("does not let in what a block brought while it was being checked", () => {
    const pool = aPool();
    const submitted: MempoolInput = { kind: "submitted", id: 1, tx: tx("racer"), now: at(0) };
    const [check] = ofKind(pool.step(submitted), "check");
    commit(pool, { height: 1n, txs: ["racer"] });
    const [answer] = ofKind(pool.step(answersTo(check)), "answer");
    assert.ok(answer !== undefined);
    assert.equal(messageOf(answer.outcome), "tx already exists in cache");
    assert.equal(pool.size, 0);
    assert.equal(messageOf(submit(pool, "racer")), "tx already exists in cache");
  });
});

describe("mempool limits", () => {
  it("assert that the cache remembers the whole pool, and that the largest one fits", () => {
    assert.throws(() => createMempoolLimits({ cacheHashesMax: 10 }), /remembers at least/);
    assert.throws(() => createMempoolLimits({ poolBytesMax: 10 }), /fits the pool/);
    assert.equal(createMempoolLimits().txsMax, 5000);
  });
});
