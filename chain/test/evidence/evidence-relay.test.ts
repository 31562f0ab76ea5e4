import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { concatBytes, ok, refused, type Result } from "@pyralog/chain/base";
import { sha256 } from "@pyralog/chain/crypto";
import {
  EvidenceError,
  EvidenceRelay,
  type RelayEffect,
  type RelayInput,
} from "@pyralog/chain/evidence";
import { createHeight, createTime, encodeEvidence, type Evidence } from "@pyralog/chain/types";
import { decodeFrame, encodeFrame, type EvidenceFrame } from "../../src/evidence/wire.ts";
import { ofRound, positionAt, someEvidence } from "./some-evidence.ts";

type Body = RelayInput extends infer Input
  ? Input extends RelayInput
    ? Omit<Input, "now">
    : never
  : never;
type Code = EvidenceError["code"];

const itemsMax = 64;

/** A relay at height 6, in milliseconds, with peers at heights of their own. */
class Bench {
  readonly heights = new Map<string, bigint>();
  readonly #relay = new EvidenceRelay({
    heightOf: (peer) => {
      const height = this.heights.get(peer);
      return height === undefined ? undefined : createHeight(height);
    },
  });
  nowMs = 0;

  step(body: Body): readonly RelayEffect[] {
    return this.#relay.step({ ...body, now: createTime(BigInt(this.nowMs) * 1_000_000n) });
  }

  meet(peer: string, height: bigint): void {
    this.heights.set(peer, height);
    this.step({ kind: "peer-connected", peer });
  }

  pending(pending: readonly Evidence[], height = 6): readonly RelayEffect[] {
    return this.step({ kind: "pending-changed", pending, position: positionAt(height) });
  }

  tick(afterMs: number): readonly RelayEffect[] {
    this.nowMs += afterMs;
    return this.step({ kind: "tick" });
  }

  checked(verdict: Code | "added" | "known", evidence = someEvidence()): readonly RelayEffect[] {
    const told: Result<"added" | "known", EvidenceError> =
      verdict === "added" || verdict === "known"
        ? ok(verdict)
        : refused(new EvidenceError({ code: verdict, facts: {} }));
    return this.step({ kind: "checked", peer: "a", evidence, verdict: told });
  }
}

/** `peer: pieces` of what is sent. */
function sent(effects: readonly RelayEffect[]): readonly string[] {
  return effects.flatMap((effect) => {
    if (effect.kind !== "send") return [];
    const frame = decodeFrame(effect.bytes, itemsMax);
    assert.ok(frame !== undefined);
    const count = frame.kind === "list" ? frame.evidence.length : frame.hashes.length;
    return [`${effect.peers.join(" ")}: ${frame.kind} ${count}`];
  });
}

function punished(effects: readonly RelayEffect[]): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === "punish" ? [effect.reason] : []));
}

function wakes(effects: readonly RelayEffect[]): number {
  return effects.filter(({ kind }) => kind === "wake").length;
}

/** What comes of evidence of height 5 that the pool finds expired. */
function verdictAt(height: number): readonly string[] {
  const bench = new Bench();
  bench.meet("a", 6n);
  bench.pending([], height);
  bench.step({ kind: "received", peer: "a", bytes: frameOf(someEvidence()) });
  return punished(bench.checked("EXPIRED"));
}

function frameOf(...evidence: readonly Evidence[]): Uint8Array {
  return encodeFrame({ kind: "list", evidence });
}

function haveOf(...evidence: readonly Evidence[]): Uint8Array {
  const hashes = evidence.map((piece) => sha256(encodeEvidence(piece)));
  return encodeFrame({ kind: "have", hashes });
}

describe("the evidence relay", () => {
  const evidence = someEvidence();

  it("sends what is pending to each peer whose height can judge it, encoded once", () => {
    const bench = new Bench();
    bench.meet("a", 6n);
    bench.meet("b", 7n);
    bench.meet("behind", 5n);
    bench.step({ kind: "peer-connected", peer: "silent" });
    assert.deepEqual(sent(bench.pending([evidence])), ["a b: list 1"]);
    bench.heights.set("behind", 6n);
    assert.deepEqual(sent(bench.tick(250)), ["behind: list 1"]);
  });

  it("sends to a peer ahead of us only what cannot be too old there", () => {
    const bench = new Bench();
    bench.meet("a", 15n);
    bench.meet("b", 16n);
    assert.deepEqual(sent(bench.pending([evidence])), ["a: list 1"]);
    // As high as the peer and not expired here: then it is not expired there either.
    assert.deepEqual(sent(bench.pending([evidence], 15)), ["b: list 1"]);
  });

  it("sends again, ever less often, until the peer confirms", () => {
    const bench = new Bench();
    bench.meet("a", 6n);
    bench.pending([evidence]);
    const times: number[] = [];
    for (let passed = 250; passed <= 40_000; passed += 250) {
      if (sent(bench.tick(250)).length > 0) times.push(passed);
    }
    assert.deepEqual(times, [1_000, 3_000, 7_000, 15_000, 31_000]);
    bench.step({ kind: "received", peer: "a", bytes: haveOf(evidence) });
    for (let passed = 0; passed < 40; passed++) assert.deepEqual(sent(bench.tick(1_000)), []);
  });

  it("asks to be woken while somebody lacks something, and not for ever", () => {
    const bench = new Bench();
    bench.meet("a", 6n);
    assert.equal(wakes(bench.pending([evidence])), 1);
    assert.equal(wakes(bench.tick(250)), 1);
    bench.step({ kind: "received", peer: "a", bytes: haveOf(evidence) });
    assert.equal(wakes(bench.tick(250)), 0);
  });

  it("stops once it is committed", () => {
    const bench = new Bench();
    bench.meet("a", 6n);
    bench.pending([evidence]);
    bench.pending([], 7);
    for (let passed = 0; passed < 40; passed++) assert.deepEqual(sent(bench.tick(1_000)), []);
  });

  it("tells a peer that comes back again what is pending", () => {
    const bench = new Bench();
    bench.meet("a", 6n);
    bench.pending([evidence]);
    bench.step({ kind: "received", peer: "a", bytes: haveOf(evidence) });
    bench.step({ kind: "peer-disconnected", peer: "a" });
    bench.meet("a", 6n);
    assert.deepEqual(sent(bench.tick(250)), ["a: list 1"]);
  });

  it("puts no more into a frame than a frame may hold", () => {
    const bench = new Bench();
    bench.meet("a", 6n);
    const pieces = Array.from({ length: 70 }, (_, round) => ofRound(round));
    assert.deepEqual(sent(bench.pending(pieces)), ["a: list 64"]);
    assert.deepEqual(sent(bench.tick(250)), ["a: list 6"]);
  });

  it("has each piece checked, confirms it, and does not send it back", () => {
    const bench = new Bench();
    bench.meet("a", 6n);
    const other = ofRound(3);
    const checks = bench.step({ kind: "received", peer: "a", bytes: frameOf(evidence, other) });
    assert.deepEqual(checks, [
      { kind: "check", peer: "a", evidence },
      { kind: "check", peer: "a", evidence: other },
    ]);
    assert.deepEqual(sent(bench.pending([evidence])), ["a: list 1"]);
    const confirmed = bench.checked("known", evidence);
    assert.deepEqual(sent(confirmed), ["a: have 1"]);
    assert.deepEqual(sent(bench.tick(5_000)), []);
  });

  it("bounds what one peer has under check", () => {
    const bench = new Bench();
    bench.meet("a", 6n);
    const pieces = Array.from({ length: 64 }, (_, round) => ofRound(round));
    const bytes = frameOf(...pieces);
    assert.equal(bench.step({ kind: "received", peer: "a", bytes }).length, 64);
    assert.equal(bench.step({ kind: "received", peer: "a", bytes }).length, 64);
    assert.equal(bench.step({ kind: "received", peer: "a", bytes }).length, 0);
    bench.checked("POOL_FULL");
    assert.equal(bench.step({ kind: "received", peer: "a", bytes }).length, 1);
  });

  it("hears nothing of who is not connected", () => {
    const bench = new Bench();
    assert.deepEqual(bench.step({ kind: "received", peer: "a", bytes: frameOf(evidence) }), []);
    assert.deepEqual(bench.checked("SIGNATURE_WRONG"), []);
  });

  const lies: readonly Code[] = [
    "FUTURE",
    "TIME_WRONG",
    "NOT_VALIDATOR",
    "VOTES_DIFFER",
    "EXTENDED",
    "SAME_BLOCK",
    "ORDER",
    "POWER_WRONG",
    "SIGNATURE_WRONG",
  ];
  for (const code of lies) {
    it(`punishes a peer for evidence that is refused as ${code}`, () => {
      const bench = new Bench();
      bench.meet("a", 6n);
      bench.pending([], 6);
      bench.step({ kind: "received", peer: "a", bytes: frameOf(evidence) });
      assert.deepEqual(punished(bench.checked(code)), [code]);
      assert.deepEqual(bench.step({ kind: "received", peer: "a", bytes: frameOf(evidence) }), []);
    });
  }

  it("punishes nobody for what may befall the honest", () => {
    for (const code of ["HEIGHT_UNKNOWN", "COMMITTED", "POOL_FULL"] as const) {
      const bench = new Bench();
      bench.meet("a", 6n);
      bench.pending([], 6);
      bench.step({ kind: "received", peer: "a", bytes: frameOf(evidence) });
      assert.deepEqual(bench.checked(code), []);
    }
  });

  it("punishes for expired evidence only where no race explains it", () => {
    assert.deepEqual(verdictAt(5 + 10 + 100), []);
    assert.deepEqual(verdictAt(5 + 10 + 101), ["EXPIRED"]);
  });

  it("punishes for what is no frame", () => {
    const malformed: readonly (readonly [string, Uint8Array])[] = [
      ["garbage", new Uint8Array([1, 2, 3])],
      ["nothing", new Uint8Array(0)],
      ["both kinds", concatBytes([frameOf(evidence), haveOf(evidence)])],
      ["a short hash", encodeFrame({ kind: "have", hashes: [new Uint8Array(31)] })],
      ["too many hashes", encodeFrame({ kind: "have", hashes: many(itemsMax + 1) })],
      ["too many pieces", frameOf(...many(itemsMax + 1).map((_, round) => ofRound(round)))],
      ["votes in the wrong order", frameOf({ ...evidence, voteB: evidence.voteA })],
    ];
    for (const [name, bytes] of malformed) {
      const bench = new Bench();
      bench.meet("a", 6n);
      const effects = bench.step({ kind: "received", peer: "a", bytes });
      assert.deepEqual(punished(effects), ["FRAME_MALFORMED"], name);
    }
  });

  it("reads back the frames that it writes", () => {
    const frames: readonly EvidenceFrame[] = [
      { kind: "list", evidence: [evidence, ofRound(1)] },
      { kind: "have", hashes: many(3) },
    ];
    for (const frame of frames) {
      assert.deepEqual(decodeFrame(encodeFrame(frame), itemsMax), frame);
    }
  });
});

function many(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) => new Uint8Array(32).fill(index));
}
