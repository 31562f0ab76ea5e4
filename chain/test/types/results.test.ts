import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { emptyBytes } from "@pyralog/chain/base";
import { sha256 } from "@pyralog/chain/crypto";
import {
  attempt,
  consensusParamsDefault,
  createPower,
  decodeBlockResults,
  decodeTxResult,
  encodeBlockResults,
  encodeTxResult,
  hashResults,
  type TxResult,
} from "@pyralog/chain/types";
import { aSigner } from "./values.ts";

const result: TxResult = {
  code: 5,
  data: Uint8Array.of(1, 2),
  log: "log",
  info: "info",
  gasWanted: 10n,
  gasUsed: 9n,
  events: [{ type: "tx", attributes: [{ key: "k", value: "v", index: true }] }],
  codespace: "sdk",
};

describe("results", () => {
  it("are decoded to what was encoded", () => {
    assert.deepEqual(decodeTxResult(encodeTxResult(result)), result);
    const block = {
      events: result.events,
      txResults: [result],
      validatorUpdates: [{ publicKey: aSigner("a").publicKey, power: createPower(0n) }],
      appHash: Uint8Array.of(7),
    };
    assert.deepEqual(decodeBlockResults(encodeBlockResults(block)), block);
    const changed = { ...block, consensusParamUpdates: consensusParamsDefault };
    assert.deepEqual(decodeBlockResults(encodeBlockResults(changed)), changed);
  });

  it("are hashed by code, data and gas, in their order; the rest may differ between nodes", () => {
    const talkative = { ...result, log: "other", info: "", events: [], codespace: "" };
    assert.deepEqual(hashResults([talkative]), hashResults([result]));
    assert.deepEqual(hashResults([]), sha256(emptyBytes));
    const others = [
      { ...result, code: 6 },
      { ...result, data: emptyBytes },
      { ...result, gasUsed: 8n },
      { ...result, gasWanted: 8n },
    ];
    for (const other of others) {
      assert.notDeepEqual(hashResults([other]), hashResults([result]));
      assert.notDeepEqual(hashResults([other, result]), hashResults([result, other]));
    }
  });
});

const bug = (): never => {
  throw new RangeError("ours");
};

describe("an attempt", () => {
  it("gives the value, or the coded error; other failures go on", () => {
    assert.deepEqual(
      attempt(() => 5),
      { kind: "ok", value: 5 },
    );
    const refusal = attempt(() => decodeTxResult(Uint8Array.of(0x0a)));
    assert.equal(refusal.kind === "refused" && refusal.error.code, "WIRE_TYPE_MISMATCH");
    assert.throws(() => attempt(bug), RangeError);
  });
});
