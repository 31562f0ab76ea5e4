/**
 * Golden traces: what comes in (`>`) and what is to be done about it, for the main stories of
 * reference and paper. `UPDATE=1` writes them anew; a reader of the difference judges.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { createHeight } from "#types";
import { Bench } from "../bench.ts";

/** v3 has locked A in round 0 and stands in round 1. */
function lockedOnA(): Bench {
  const bench = new Bench()
    .start()
    .propose("A")
    .vote("prevote", { by: [0, 1], for: "A" });
  return bench.vote("precommit", { by: [0, 1] }).timeout("precommit");
}

const stories: Readonly<Record<string, () => Bench>> = {
  "decide in round 0": () =>
    new Bench()
      .start()
      .propose("A")
      .vote("prevote", { by: [0, 1], for: "A" })
      .vote("precommit", { by: [0, 1], for: "A" })
      .vote("precommit", { by: [2], for: "A" }),

  "propose and decide in round 0": () =>
    new Bench({ self: 0 })
      .start()
      .vote("prevote", { by: [1, 2], for: "C" })
      .vote("precommit", { by: [1, 2], for: "C" }),

  "a silent proposer costs a round": () =>
    new Bench()
      .start()
      .timeout("propose")
      .vote("prevote", { by: [1, 2] })
      .vote("precommit", { by: [1, 2] })
      .propose("B", { round: 1 })
      .vote("prevote", { by: [1, 2], round: 1, for: "B" })
      .vote("precommit", { by: [1, 2], round: 1, for: "B" }),

  "lock without proof of lock is kept": () =>
    lockedOnA()
      .propose("B", { round: 1 })
      .vote("prevote", { by: [0, 1], round: 1, for: "B" })
      .timeout("prevote", 1)
      .vote("precommit", { by: [0, 1], round: 1 }),

  "lock replaced by a later proof of lock": () =>
    lockedOnA()
      .timeout("propose", 1)
      .vote("prevote", { by: [0, 1, 2], round: 1, for: "B" })
      .timeout("prevote", 1)
      .vote("precommit", { by: [0, 1, 2], round: 1 })
      .propose("B", { round: 2, validRound: 1 })
      .vote("prevote", { by: [0, 1], round: 2, for: "B" })
      .vote("precommit", { by: [0, 1], round: 2, for: "B" }),

  "hidden lock: who alone saw the quorum proposes it again": () =>
    new Bench({ self: 1 })
      .start()
      .propose("A")
      .vote("prevote", { by: [0, 2], for: "A" })
      .vote("precommit", { by: [0, 2, 3] })
      .timeout("precommit")
      .vote("prevote", { by: [0, 2], round: 1, for: "A" })
      .vote("precommit", { by: [0, 2], round: 1, for: "A" }),

  "hidden lock: the others follow its proof of lock": () =>
    new Bench()
      .start()
      .propose("A")
      .vote("prevote", { by: [0] })
      .vote("prevote", { by: [1], for: "A" })
      .timeout("prevote")
      .vote("precommit", { by: [0, 2] })
      .propose("A", { round: 1, validRound: 0, parts: false })
      .vote("prevote", { by: [2], round: 0, for: "A" })
      .vote("prevote", { by: [1, 2], round: 1, for: "A" })
      .vote("precommit", { by: [1, 2], round: 1, for: "A" }),

  "skip over rounds, then a quorum of the skipped round": () =>
    new Bench()
      .start()
      .propose("A")
      .vote("prevote", { by: [0, 1], round: 3 })
      .vote("prevote", { by: [0, 1, 2], round: 0, for: "A" }),

  "decision from an earlier round": () =>
    new Bench()
      .start()
      .propose("A")
      .vote("prevote", { by: [0, 1], round: 1 })
      .vote("precommit", { by: [0, 1, 2], round: 0, for: "A" }),

  "precommits before the proposal": () =>
    new Bench()
      .start()
      .vote("precommit", { by: [0, 1, 2], for: "A" })
      .parts("A"),

  "two votes of one validator": () =>
    new Bench()
      .start()
      .vote("prevote", { by: [0], for: "B" })
      .vote("prevote", { by: [0], for: "A" })
      .vote("prevote", { by: [0] }),

  "restart without the WAL": () => {
    const { record } = lockedOnA().propose("A", { round: 1, parts: false });
    return new Bench({ record })
      .start()
      .timeout("prevote", 1)
      .vote("precommit", { by: [0, 1], round: 1 })
      .parts("A")
      .propose("A", { round: 2 });
  },

  "restart with the WAL": () => {
    const before = lockedOnA();
    const bench = new Bench({ record: before.record });
    bench.start({ replay: true });
    for (const entry of before.wal) bench.command(entry.kind, { kind: "recorded", entry });
    return bench.command("replayed", { kind: "replay-ended" }).propose("B", { round: 1 });
  },

  "vote extensions": () => {
    const plain = new Bench().params;
    const params = { ...plain, abci: { voteExtensionsEnableHeight: createHeight(1n) } };
    const extension = Uint8Array.of(1);
    return new Bench({ params })
      .start()
      .propose("A")
      .vote("prevote", { by: [0, 1], for: "A" })
      .vote("precommit", { by: [0], for: "A" })
      .vote("precommit", { by: [0, 1], for: "A", extension });
  },
};

describe("Tendermint: traces", () => {
  for (const [name, tell] of Object.entries(stories)) {
    it(`tell of: ${name}`, () => {
      const file = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.txt`;
      const path = join(import.meta.dirname, "traces", file);
      const told = `${tell().lines.join("\n")}\n`;
      if (process.env["UPDATE"] === "1") writeFileSync(path, told);
      assert.ok(existsSync(path), `no ${file}: UPDATE=1 writes it`);
      assert.equal(told, readFileSync(path, "utf8"));
    });
  }
});
