/** The public verifier, cosmos/ics23 in Go, judges our state proofs (testnet/tools). */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "mocha";
import { bytesFromText, createPrng, finish, hexFromBytes } from "@pyralog/chain/base";
import { VersionedState, verifyStateProof, type CommittedState } from "@pyralog/chain/merkle";
import {
  commitmentProofMessage,
  type CommitmentProof,
  type ExistenceProof,
} from "../../../chain/src/merkle/ics23/index.ts";

interface Question {
  readonly root: Uint8Array;
  readonly key: Uint8Array;
  /** Empty asks for absence. */
  readonly value: Uint8Array;
  readonly proof: Uint8Array;
}

const nothing = new Uint8Array(0);
const source = fileURLToPath(new URL("../../tools/ics23-referee", import.meta.url));
const hasGo = spawnSync("go", ["version"]).status === 0;
const isRequired = process.env["CI"] === "true";

function aState(keys: number): CommittedState {
  const table = new Map<string, Uint8Array>();
  const values = { get: (key: Uint8Array) => table.get(hexFromBytes(key)) };
  const state = new VersionedState({ values });
  const writes = Array.from({ length: keys }, (_, at) => ({
    key: bytesFromText(`bank/balance ${at}`),
    value: bytesFromText(`${at} apyr`),
  }));
  const staged = finish(state.stage(writes, 1n));
  for (const { key, value } of staged.batch) {
    if (value !== undefined) table.set(hexFromBytes(key), value);
  }
  state.commit(staged);
  return state.latest();
}

function question(state: CommittedState, text: string): Question {
  const key = bytesFromText(text);
  const { root } = state;
  return { root, key, value: state.get(key) ?? nothing, proof: state.prove(key) };
}

function flipped(bytes: Uint8Array): Uint8Array {
  const at = bytes.length >> 1;
  return bytes.with(at, (bytes[at] ?? 0) ^ 1);
}

/** One existence proof with one thing changed: key, value, leaf, or one sibling at a time. */
function changedProofs(proof: ExistenceProof): readonly ExistenceProof[] {
  const siblings = proof.path.map((op, at) => {
    const side = op.prefix.length > 0 ? "prefix" : "suffix";
    return { ...proof, path: proof.path.with(at, { ...op, [side]: flipped(op[side]) }) };
  });
  return [
    { ...proof, key: flipped(proof.key) },
    { ...proof, value: flipped(proof.value) },
    ...siblings,
    ...(proof.path.length > 0 ? [{ ...proof, path: proof.path.slice(0, -1) }] : []),
  ];
}

/** The question after each change to root, key, value, a sibling, or a neighbour. */
function changes(good: Question): readonly Question[] {
  const { exist, nonexist } = commitmentProofMessage.decode(good.proof);
  const encode = (proof: Partial<CommitmentProof>): Question => ({
    ...good,
    proof: commitmentProofMessage.encode({ exist: undefined, nonexist: undefined, ...proof }),
  });
  const root = { ...good, root: flipped(good.root) };
  if (exist !== undefined) {
    const claims = [{ key: flipped(good.key) }, { value: flipped(good.value) }, { value: nothing }];
    const others = changedProofs(exist).map((changed) => encode({ exist: changed }));
    return [root, ...claims.map((claim) => ({ ...good, ...claim })), ...others];
  }
  assert.ok(nonexist !== undefined);
  const sides = (["left", "right"] as const).flatMap((side) => {
    const neighbour = nonexist[side];
    if (neighbour === undefined) return [];
    const other = side === "left" ? "right" : "left";
    const alone = nonexist[other] === undefined ? [] : [{ ...nonexist, [side]: undefined }];
    const others = changedProofs(neighbour).map((changed) => ({ ...nonexist, [side]: changed }));
    return [
      { ...good, key: neighbour.key },
      ...[...alone, ...others].map((changed) => encode({ nonexist: changed })),
    ];
  });
  return [root, { ...good, value: bytesFromText("1 apyr") }, ...sides];
}

function ours({ root, key, value, proof }: Question): string {
  const claim = { root, key, proof };
  return verifyStateProof(value.length === 0 ? claim : { ...claim, value }) ? "accept" : "refuse";
}

describe("ics23 referee", () => {
  let folder = "";
  const judge = (questions: readonly Question[]): readonly string[] => {
    const lines = questions.map(({ root, key, value, proof }) =>
      JSON.stringify({
        root: hexFromBytes(root),
        key: hexFromBytes(key),
        value: hexFromBytes(value),
        proof: hexFromBytes(proof),
      }),
    );
    const input = `${lines.join("\n")}\n`;
    const text = execFileSync(join(folder, "referee"), { input, encoding: "utf8" });
    return text.trimEnd().split("\n");
  };

  before(function build() {
    if (!hasGo && !isRequired) {
      this.skip(); // Go is not installed; under CI=true that is a failure.
    }
    this.timeout(180_000);
    folder = mkdtempSync(join(tmpdir(), "ics23-referee-"));
    cpSync(source, folder, { recursive: true });
    execFileSync("go", ["build", "-o", "referee", "."], { cwd: folder, stdio: "pipe" });
  });

  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true });
  });

  for (const keys of [1, 2, 200, 5000]) {
    it(`accepts what a state of ${keys} has and lacks`, () => {
      const state = aState(keys);
      const questions = Array.from({ length: 200 }, (_, at) =>
        question(state, at % 2 === 0 ? `bank/balance ${at % keys}` : `bank/absent ${at}`),
      );
      assert.deepEqual(new Set(judge(questions)), new Set(["accept"]));
      assert.deepEqual(new Set(questions.map(ours)), new Set(["accept"]));
    });

    it(`refuses what it is told of a state of ${keys} after any change, as we do`, () => {
      const state = aState(keys);
      const goods = ["bank/balance 0", "bank/absent 1", "bank/absent 2", "bank/absent 3"];
      const questions = goods.flatMap((text) => changes(question(state, text)));
      assert.ok(questions.length > 20);
      assert.deepEqual(new Set(questions.map(ours)), new Set(["refuse"]));
      const accepted = judge(questions).flatMap((verdict, at) =>
        verdict === "accept" ? [at] : [],
      );
      assert.deepEqual(accepted, []);
    });
  }

  it("never refuses what we accept, whichever bit of a proof is changed", () => {
    const state = aState(200);
    const prng = createPrng(23);
    const questions = Array.from({ length: 2000 }, (_, at) => {
      const good = question(state, at % 2 === 0 ? `bank/balance ${at % 200}` : `bank/absent ${at}`);
      const byte = prng.below(good.proof.length);
      const changed = (good.proof[byte] ?? 0) ^ (1 << prng.below(8));
      return { ...good, proof: good.proof.with(byte, changed) };
    });
    const verdicts = judge(questions);
    for (const [at, changed] of questions.entries()) {
      assert.ok(ours(changed) === "refuse" || verdicts[at] === "accept");
    }
  });
});
