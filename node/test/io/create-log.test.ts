import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";
import { ChainError } from "@pyralog/chain/base";
import { createLog, type Logs } from "#io";

function linesOf(levels: string, write: (logs: Logs) => void): readonly unknown[] {
  const directory = mkdtempSync(join(tmpdir(), "pyralog-log-"));
  try {
    const file = join(directory, "logs", "node.log");
    write(createLog({ levels, file }));
    const lines = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    return lines.map((line): unknown => JSON.parse(line));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function only(lines: readonly unknown[]): object {
  const [line] = lines;
  assert.ok(lines.length === 1 && typeof line === "object" && line !== null);
  return line;
}

describe("the log", () => {
  it("writes one line of JSON an event, with module, level and facts", () => {
    const lines = linesOf("info", (logs) =>
      logs
        .module("p2p")
        .write("warn", "peer banned", { peer: "x", height: 7n, key: Uint8Array.of(255) }),
    );
    const { time: _, ...line } = { time: 0, ...only(lines) };
    assert.deepEqual(line, {
      level: 40,
      module: "p2p",
      peer: "x",
      height: "7",
      key: "ff",
      msg: "peer banned",
    });
  });

  it("keeps for each module what its level lets through", () => {
    const lines = linesOf("consensus:debug,p2p:error,*:info", (logs) => {
      for (const module of ["consensus", "p2p", "rpc"]) {
        for (const level of ["debug", "info", "error"] as const) {
          logs.module(module).write(level, `${module} ${level}`);
        }
      }
    });
    assert.deepEqual(
      lines.map((line) =>
        typeof line === "object" && line !== null && "msg" in line ? line.msg : "",
      ),
      [
        "consensus debug",
        "consensus info",
        "consensus error",
        "p2p error",
        "rpc info",
        "rpc error",
      ],
    );
  });

  it("removes secrets at any depth, by their names", () => {
    const lines = linesOf("info", (logs) =>
      logs.module("x").write("info", "m", {
        secretKey: "hidden",
        inner: { mnemonic: "hidden", list: [{ password: "hidden", fine: 1 }] },
      }),
    );
    const text = JSON.stringify(lines);
    assert.match(text, /"fine":1/);
    assert.doesNotMatch(text, /hidden/);
    assert.equal(text.match(/\[removed\]/g)?.length, 3);
  });

  it("tells an error with its code, facts and cause", () => {
    const cause = new RangeError("deep");
    const error = new ChainError({ code: "ODD", facts: { height: 3n }, cause });
    const text = JSON.stringify(
      linesOf("info", (logs) => logs.module("x").write("error", "m", { error })),
    );
    assert.match(text, /"code":"ODD"/);
    assert.match(text, /"height":"3"/);
    assert.match(text, /"message":"deep"/);
  });

  it("bounds what one line can hold", () => {
    const nested: { inner?: unknown } = {};
    nested.inner = nested;
    const text = JSON.stringify(
      linesOf("info", (logs) =>
        logs.module("x").write("info", "m", {
          bytes: new Uint8Array(10_000),
          list: Array.from({ length: 10_000 }, () => 1),
          nested,
        }),
      ),
    );
    assert.ok(text.length < 2_000);
    assert.match(text, /10000 bytes/);
  });

  it("refuses a level that is none", () => {
    assert.throws(() => createLog({ levels: "p2p:loud" }), RangeError);
  });
});
