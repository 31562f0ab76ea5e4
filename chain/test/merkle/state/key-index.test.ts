import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bytesFromText, createPrng, textFromBytes } from "@pyralog/chain/base";
import { KeyIndex } from "../../../src/merkle/state/key-index.ts";

function keyAt(at: number): Uint8Array {
  return bytesFromText(`${at % 3 === 0 ? "module/" : "m"}${at}`.padEnd(at % 40, "x"));
}

function texts(keys: Iterable<Uint8Array>): readonly string[] {
  return [...keys].map((key) => textFromBytes(key));
}

function inOrder(keys: Iterable<string>): readonly string[] {
  return [...keys].toSorted((one, other) => (one < other ? -1 : 1));
}

describe("KeyIndex", () => {
  it("holds its keys in order through insertions and removals, as a sorted list would", () => {
    const prng = createPrng(4);
    const index = new KeyIndex();
    const held = new Map<string, number>();
    for (let step = 0; step < 20_000; step++) {
      const key = keyAt(prng.below(step < 10_000 ? 3000 : 300));
      const text = textFromBytes(key);
      const id = held.get(text);
      if (id === undefined) held.set(text, index.acquire(key));
      else {
        index.release(id);
        held.delete(text);
      }
    }
    const sorted = inOrder(held.keys());
    assert.deepEqual(texts(index.upwards(new Uint8Array(0))), sorted);
    assert.deepEqual(texts(index.downwards()), sorted.toReversed());
    for (let at = 0; at < 300; at++) {
      const [bound, text] = [keyAt(at), textFromBytes(keyAt(at))];
      const [above, below] = [
        sorted.filter((key) => key >= text),
        sorted.filter((key) => key < text),
      ];
      assert.deepEqual(texts(index.upwards(bound)), above);
      assert.deepEqual(texts(index.downwards(bound)), below.toReversed());
    }
  });

  it("forgets a key with its last use, and hands its place to another", () => {
    const index = new KeyIndex();
    const key = bytesFromText("key");
    const id = index.acquire(key);
    assert.equal(index.acquire(key), id);
    index.release(id);
    assert.deepEqual(texts(index.upwards(new Uint8Array(0))), ["key"]);
    index.release(id);
    assert.deepEqual(texts(index.upwards(new Uint8Array(0))), []);
    const { bytes } = index;
    for (let at = 0; at < 5000; at++) index.release(index.acquire(bytesFromText(`k${at % 10}`)));
    assert.equal(index.bytes, bytes);
  });

  it("walks on in order while keys come and go around the walk", () => {
    for (const isUpwards of [true, false]) {
      const prng = createPrng(isUpwards ? 1 : 2);
      const index = new KeyIndex();
      const stay = new Set(Array.from({ length: 1500 }, (_, at) => textFromBytes(keyAt(at))));
      for (const text of stay) index.acquire(bytesFromText(text));
      const seen: string[] = [];
      const passing: number[] = [];
      for (const key of isUpwards ? index.upwards(new Uint8Array(0)) : index.downwards()) {
        const text = textFromBytes(key);
        if (stay.has(text)) seen.push(text);
        if (prng.chance(1, 4)) passing.push(index.acquire(keyAt(2000 + prng.below(2000))));
        const last = passing.length > 40 ? passing.pop() : undefined;
        if (last !== undefined) index.release(last);
      }
      const sorted = inOrder(stay);
      assert.deepEqual(seen, isUpwards ? sorted : sorted.toReversed());
    }
  });
});
