import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import type { Mempool } from "#mempool";
import { createHeight } from "#types";
import { aPool, at, messageOf, settle, submit, texts, tx, unlimited } from "./a-pool.ts";

const txsMax = 6;
const senderTxsMax = 3;

/** The pool's rules once more, over plain lists and without evictions: senders pay nothing. */
class ModelPool {
  waiting: string[] = [];
  readonly seen = new Set<string>();

  submit(text: string): string {
    if (this.waiting.length >= txsMax && !this.#someoneYieldsTo(text)) return "full";
    if (this.seen.has(text)) return "seen";
    if (text.startsWith("bad")) return "code 5";
    if (this.#ofSender(text).length >= senderTxsMax) return "sender";
    if (this.waiting.length >= txsMax) this.#evictFor();
    this.seen.add(text);
    this.waiting.push(text);
    return "code 0";
  }

  #ofSender(text: string): readonly string[] {
    return this.waiting.filter((other) => senderOf(other) === senderOf(text));
  }

  #fullest(): readonly string[] {
    let fullest: readonly string[] = [];
    for (const text of this.waiting) {
      const own = this.#ofSender(text);
      if (own.length > fullest.length) fullest = own;
    }
    return fullest;
  }

  #someoneYieldsTo(text: string): boolean {
    if (this.seen.has(text) || text.startsWith("bad")) return true;
    const own = this.#ofSender(text).length;
    return own >= senderTxsMax || this.#fullest().length - own > 1;
  }

  #evictFor(): void {
    const last = this.#fullest().toSorted(bySequence).at(-1) ?? "";
    this.waiting = this.waiting.filter((text) => text !== last);
    this.seen.delete(last);
  }

  commit(count: number): readonly string[] {
    return this.waiting.splice(0, count);
  }

  reaped(): readonly string[] {
    const places = new Map<string, number>();
    return this.waiting.map((text) => {
      const place = places.get(senderOf(text)) ?? 0;
      places.set(senderOf(text), place + 1);
      return this.#ofSender(text).toSorted(bySequence)[place] ?? "";
    });
  }
}

function senderOf(text: string): string {
  return text.split(":")[0] ?? "";
}

function bySequence(one: string, other: string): number {
  return Number(one.split(":")[1]) - Number(other.split(":")[1]);
}

function wordOf(message: string): string {
  if (message.startsWith("mempool is full")) return "full";
  if (message.startsWith("tx already")) return "seen";
  return message.startsWith("too many") ? "sender" : message;
}

type Step =
  | { readonly kind: "submit"; readonly text: string }
  | { readonly kind: "commit"; readonly count: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("submit" as const), text: someText() }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("commit" as const), count: fc.nat({ max: 4 }) }),
    },
  ),
  { maxLength: 60 },
);

function someText(): fc.Arbitrary<string> {
  const sender = fc.constantFrom("alice", "bob", "carol", "dave", "bad");
  return fc.tuple(sender, fc.nat({ max: 5 })).map(([name, sequence]) => `${name}:${sequence}`);
}

function commit(
  pool: Mempool,
  block: { readonly height: number; readonly txs: readonly string[] },
): void {
  settle(pool, {
    kind: "block-committed",
    height: createHeight(BigInt(block.height)),
    txs: block.txs.map(tx),
    codes: block.txs.map(() => 0),
    block: unlimited,
    now: at(0),
  });
}

describe("mempool as a model", () => {
  it("decides, orders and forgets as a simple model of it does", () => {
    fc.assert(
      fc.property(steps, (script) => {
        const pool = aPool({ limits: { txsMax, senderTxsMax } });
        const model = new ModelPool();
        for (const [height, step] of script.entries()) {
          if (step.kind === "submit") {
            assert.equal(wordOf(messageOf(submit(pool, step.text))), model.submit(step.text));
          } else {
            commit(pool, { height: height + 1, txs: model.commit(step.count) });
          }
          assert.deepEqual(texts(pool.list(100)), model.waiting);
          assert.deepEqual(texts(pool.reap({ bytesMax: -1, gasMax: -1n })), model.reaped());
        }
      }),
      { numRuns: 300 },
    );
  });

  it("never reaps more bytes or gas than it may, nor a sender's later one before an earlier", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(someText(), { maxLength: 30 }),
        fc.record({ bytesMax: fc.nat({ max: 200 }), gas: fc.nat({ max: 20 }) }),
        (submitted, { bytesMax, gas }) => {
          const pool = aPool();
          for (const text of submitted) submit(pool, text);
          const reaped = texts(pool.reap({ bytesMax, gasMax: BigInt(gas) }));
          const bytes = reaped.reduce((sum, text) => sum + text.length + 2, 0);
          assert.ok(bytes <= bytesMax);
          assert.ok(reaped.length <= gas);
          for (const [index, text] of reaped.entries()) {
            const earlier = reaped
              .slice(index)
              .filter((other) => senderOf(other) === senderOf(text));
            assert.deepEqual(earlier.toSorted(bySequence), earlier);
          }
        },
      ),
    );
  });
});
