import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { CallOrder, type Call } from "@pyralog/chain/abci";
import { createHeight } from "@pyralog/chain/types";

const info = (height: bigint): Call => ({ kind: "info", lastBlockHeight: createHeight(height) });
const initChain: Call = { kind: "init-chain", initialHeight: createHeight(1n) };
const at = (
  kind: "prepare-proposal" | "process-proposal" | "extend-vote" | "finalize-block",
  height: bigint,
): Call => ({ kind, height: createHeight(height) });
const block = (height: bigint): Call[] => [
  at("finalize-block", height),
  { kind: "commit" },
  { kind: "committed" },
];

/** The first refusal, or nothing. */
function refusalOf(...calls: readonly Call[]): string | undefined {
  const order = new CallOrder();
  for (const call of calls) {
    const verdict = order.step(call);
    if (verdict.kind === "refused") return verdict.error;
  }
  return undefined;
}

describe("the order of calls", () => {
  const good: readonly (readonly [string, readonly Call[]])[] = [
    ["a clean start", [info(0n), initChain, ...block(1n), ...block(2n)]],
    ["a restart at a height", [info(7n), ...block(8n)]],
    ["a restart before the first block", [info(0n), initChain, ...block(1n)]],
    [
      "rounds without and with proposals",
      [
        info(3n),
        at("process-proposal", 4n),
        at("prepare-proposal", 4n),
        at("process-proposal", 4n),
        at("extend-vote", 4n),
        { kind: "verify-vote-extension", height: createHeight(4n) },
        ...block(4n),
      ],
    ],
    [
      "checks and queries at any time",
      [
        info(3n),
        { kind: "check-tx" },
        at("finalize-block", 4n),
        { kind: "check-tx" },
        { kind: "query" },
        { kind: "commit" },
        { kind: "check-tx" },
        { kind: "committed" },
        info(4n),
      ],
    ],
  ];
  for (const [what, calls] of good) {
    it(`allows ${what}`, () => assert.equal(refusalOf(...calls), undefined));
  }

  const bad: readonly (readonly [string, readonly Call[], string])[] = [
    ["anything before info", [initChain], "init-chain out of order: info comes first"],
    ["a query before info", [{ kind: "query" }], "query out of order: info comes first"],
    [
      "a block before genesis",
      [info(0n), ...block(1n)],
      "finalize-block out of order: init-chain comes first",
    ],
    [
      "a check before genesis",
      [info(0n), { kind: "check-tx" }],
      "check-tx out of order: init-chain comes first",
    ],
    [
      "genesis twice",
      [info(0n), initChain, initChain],
      "init-chain out of order: height 1 is next",
    ],
    [
      "genesis on top of a state",
      [info(5n), initChain],
      "init-chain out of order: height 6 is next",
    ],
    ["a height skipped", [info(5n), ...block(7n)], "finalize-block out of order: height 6 is next"],
    ["a height again", [info(5n), ...block(5n)], "finalize-block out of order: height 6 is next"],
    [
      "a proposal of another height",
      [info(5n), at("prepare-proposal", 7n)],
      "prepare-proposal out of order: height 6 is next",
    ],
    [
      "a proposal between a block and its commit",
      [info(5n), at("finalize-block", 6n), at("process-proposal", 7n)],
      "process-proposal out of order: height 6 waits for commit",
    ],
    [
      "a block finalized twice",
      [info(5n), at("finalize-block", 6n), at("finalize-block", 6n)],
      "finalize-block out of order: height 6 waits for commit",
    ],
    [
      "a commit of nothing",
      [info(5n), { kind: "commit" }],
      "commit out of order: height 6 is next",
    ],
    [
      "a block while the one before is written",
      [info(5n), at("finalize-block", 6n), { kind: "commit" }, at("finalize-block", 7n)],
      "finalize-block out of order: height 6 is being written",
    ],
  ];
  for (const [what, calls, refusal] of bad) {
    it(`refuses ${what}`, () => assert.equal(refusalOf(...calls), refusal));
  }
});
