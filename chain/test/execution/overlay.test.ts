import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { AssertionFailure, bytesFromText, compareBytes, textFromBytes } from "@pyralog/chain/base";
import { Overlay, StateFailure } from "@pyralog/chain/execution";
import type { KeyScan, StateReader } from "@pyralog/chain/merkle";

type Pairs = Map<string, string>;

/** A state below, from texts. */
function stateOf(pairs: Pairs): StateReader {
  return {
    get(key) {
      const value = pairs.get(textFromBytes(key));
      return value === undefined ? undefined : bytesFromText(value);
    },
    scan: (scan) => scanned(pairs, scan),
  };
}

function scanned(
  pairs: Pairs,
  { prefix, from, reverse = false }: KeyScan,
): [Uint8Array, Uint8Array][] {
  const order = reverse ? -1 : 1;
  return [...pairs]
    .filter(([key]) => key.startsWith(textFromBytes(prefix)))
    .map(([key, value]): [Uint8Array, Uint8Array] => [bytesFromText(key), bytesFromText(value)])
    .filter(([key]) => from === undefined || compareBytes(key, from) * order >= 0)
    .toSorted(([a], [b]) => compareBytes(a, b) * order);
}

const text = bytesFromText;
const aKey = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 3 });
const aValue = fc.string({ unit: fc.constantFrom("x", "y"), minLength: 1, maxLength: 2 });
const anEdit = fc.record({ key: aKey, value: fc.option(aValue, { nil: undefined }) });
const somePairs = fc.array(fc.tuple(aKey, aValue)).map((pairs): Pairs => new Map(pairs));
const aScan = fc.record({
  prefix: fc.oneof(fc.constant(""), aKey).map(text),
  from: fc.option(aKey.map(text), { nil: undefined }),
  reverse: fc.boolean(),
});

/** How often the state below was asked. */
function counting(below: StateReader): StateReader & { readonly reads: () => number } {
  let reads = 0;
  return {
    get: (key) => {
      reads++;
      return below.get(key);
    },
    scan: (scan) => below.scan(scan),
    reads: () => reads,
  };
}

const aCase = fc.record({
  pairs: somePairs,
  edits: fc.array(anEdit),
  later: fc.array(anEdit),
  asked: aScan,
});

type Edit = { readonly key: string; readonly value: string | undefined };

function apply(
  edits: readonly Edit[],
  to: { readonly overlay: Overlay; readonly model: Pairs },
): void {
  for (const { key, value } of edits) {
    if (value === undefined) to.overlay.delete(text(key));
    else to.overlay.set(text(key), text(value));
    if (value === undefined) to.model.delete(key);
    else to.model.set(key, value);
  }
}

function scanOf({
  from,
  ...scan
}: {
  prefix: Uint8Array;
  from: Uint8Array | undefined;
  reverse: boolean;
}): KeyScan {
  return from === undefined ? scan : { ...scan, from };
}

describe("Overlay", () => {
  it("reads, scans and writes as a map over another would, for all edits", () => {
    fc.assert(
      fc.property(aCase, ({ pairs, edits, asked }) => {
        const overlay = new Overlay(stateOf(pairs));
        const model: Pairs = new Map(pairs);
        apply(edits, { overlay, model });
        const scan = scanOf(asked);
        assert.deepEqual([...overlay.scan(scan)], scanned(model, scan));
        for (const { key } of edits) {
          const value = model.get(key);
          assert.deepEqual(overlay.get(text(key)), value === undefined ? undefined : text(value));
        }
        const written: Pairs = new Map(pairs);
        for (const { key, value } of overlay.writes()) {
          if (value === undefined) written.delete(textFromBytes(key));
          else written.set(textFromBytes(key), textFromBytes(value));
        }
        assert.deepEqual(
          scanned(written, { prefix: text("") }),
          scanned(model, { prefix: text("") }),
        );
      }),
    );
  });

  it("returns to a mark, whatever was written since", () => {
    fc.assert(
      fc.property(aCase, ({ pairs, edits: kept, later: lost }) => {
        const overlay = new Overlay(stateOf(pairs));
        const model: Pairs = new Map(pairs);
        apply(kept, { overlay, model });
        const mark = overlay.mark();
        apply(lost, { overlay, model: new Map(model) });
        overlay.revert(mark);
        const everything = { prefix: text("") };
        assert.deepEqual([...overlay.scan(everything)], scanned(model, everything));
        const same = new Overlay(stateOf(pairs));
        apply(kept, { overlay: same, model: new Map(pairs) });
        assert.deepEqual(new Set(overlay.writes()), new Set(same.writes()));
      }),
    );
  });

  it("writes nothing for a value that is what it was", () => {
    const overlay = new Overlay(stateOf(new Map([["a", "x"]])));
    overlay.set(text("a"), text("y"));
    overlay.set(text("a"), text("x"));
    overlay.set(text("b"), text("x"));
    overlay.delete(text("b"));
    assert.deepEqual(overlay.writes(), []);
  });

  it("says whether a key is new", () => {
    const overlay = new Overlay(stateOf(new Map([["a", "x"]])));
    assert.equal(overlay.set(text("a"), text("y")), false);
    assert.equal(overlay.set(text("b"), text("y")), true);
    assert.equal(overlay.set(text("b"), text("z")), false);
    overlay.delete(text("a"));
    assert.equal(overlay.set(text("a"), text("x")), true);
  });

  it("lies on another overlay as on any state", () => {
    const below = new Overlay(stateOf(new Map([["a", "x"]])));
    below.set(text("b"), text("y"));
    const above = new Overlay(below);
    above.delete(text("a"));
    assert.deepEqual([...above.scan({ prefix: text("") })], [[text("b"), text("y")]]);
    assert.deepEqual(below.get(text("a")), text("x"));
  });

  it("stops on an empty value, which no tree could hold", () => {
    const overlay = new Overlay(stateOf(new Map()));
    assert.throws(() => overlay.set(text("a"), new Uint8Array(0)), AssertionFailure);
  });

  it("marks a failing read below as a failure of the state, and no failing consumer", () => {
    const broken: StateReader = {
      get() {
        throw new Error("no disk");
      },
      *scan() {
        yield [text("a"), text("x")];
        throw new Error("no disk");
      },
    };
    const overlay = new Overlay(broken);
    assert.throws(() => overlay.get(text("a")), StateFailure);
    assert.throws(() => [...overlay.scan({ prefix: text("") })], StateFailure);
    const consume = (): void => {
      for (const pair of overlay.scan({ prefix: text("") })) throw new TypeError(String(pair));
    };
    assert.throws(consume, TypeError);
  });

  it("forgets what was only read once that is too much, and nothing that was written", () => {
    const below = counting(stateOf(new Map([["a", "x"]])));
    const overlay = new Overlay(below);
    overlay.set(text("b"), text("y"));
    overlay.settle(0);
    for (let round = 0; round < 3; round++) {
      for (let key = 0; key < 100; key++) overlay.get(text(`k${key}`));
      overlay.settle(100);
    }
    assert.equal(below.reads(), 101, "a hundred keys are remembered");
    for (let key = 100; key < 400; key++) {
      overlay.get(text(`k${key}`));
      overlay.settle(100);
    }
    overlay.get(text("k0"));
    assert.equal(below.reads(), 402, "the first ones are not, once there are more");
    assert.deepEqual(overlay.get(text("b")), text("y"));
    assert.deepEqual(overlay.writes(), [{ key: text("b"), value: text("y") }]);
  });

  it("takes nothing back from before it was settled", () => {
    const overlay = new Overlay(stateOf(new Map()));
    overlay.set(text("a"), text("x"));
    overlay.settle(0);
    const mark = overlay.mark();
    overlay.set(text("a"), text("y"));
    overlay.revert(mark);
    assert.deepEqual(overlay.get(text("a")), text("x"));
  });
});
