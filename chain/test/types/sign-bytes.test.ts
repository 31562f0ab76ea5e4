import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bytesFromText, emptyBytes, hexFromBytes } from "@pyralog/chain/base";
import { canonicalVoteWire, Writer } from "@pyralog/chain/codec";
import {
  createHeight,
  createRound,
  nil,
  proposalSignBytes,
  timeFromRfc3339,
  voteExtensionSignBytes,
  voteSignBytes,
} from "@pyralog/chain/types";
import { readVectors } from "./read-vectors.ts";
import { aBlockId, startTime } from "./values.ts";

const cases = readVectors("cometbft/vote_sign_bytes.json").get("cases").list();
const goZero = { seconds: -62_135_596_800n, nanos: 0 };
const voteTypes = ["unknown", "prevote", "precommit"] as const;

function delimited(bytes: Uint8Array): Uint8Array {
  const writer = new Writer();
  writer.bytes(bytes);
  return writer.finish();
}

describe("sign bytes", () => {
  it("of votes are the six published ones", () => {
    assert.equal(cases.length, 6);
    for (const entry of cases) {
      const vote = entry.get("vote");
      const chainId = entry.get("chain_id").text();
      const [type, height, round] = ["type", "height", "round"].map((name) =>
        vote.get(name).int32(),
      );
      // A vote of unknown type is none of ours: its canonical form alone is compared.
      const canonical = canonicalVoteWire.encode({
        type: type ?? 0,
        height: BigInt(height ?? 0),
        round: BigInt(round ?? 0),
        blockId: undefined,
        timestamp: goZero,
        chainId,
      });
      const want = entry.get("want_hex").text();
      assert.equal(hexFromBytes(delimited(canonical)), want);
      const name = voteTypes[type ?? 0] ?? "unknown";
      if (name === "unknown") continue;
      const bytes = voteSignBytes({
        chainId,
        vote: {
          type: name,
          height: createHeight(BigInt(height ?? 0)),
          round: createRound(round ?? 0),
          blockId: nil,
          time: timeFromRfc3339(vote.get("timestamp").text()),
        },
      });
      assert.equal(hexFromBytes(bytes), want);
    }
  });

  it("of a vote for a block hold its id; those of a vote for nil do not", () => {
    const vote = {
      type: "prevote",
      height: createHeight(1n),
      round: createRound(0),
      blockId: aBlockId(),
      time: startTime,
    } as const;
    const forBlock = hexFromBytes(voteSignBytes({ chainId: "a", vote }));
    const forNil = hexFromBytes(voteSignBytes({ chainId: "a", vote: { ...vote, blockId: nil } }));
    assert.ok(forBlock.includes(hexFromBytes(vote.blockId.hash)));
    assert.equal(forBlock.length - forNil.length, 2 * (2 + 72));
  });

  it("of a proposal: type 32, fixed heights, −1 for no proof-of-lock round", () => {
    const bytes = proposalSignBytes({
      chainId: "test",
      proposal: {
        height: createHeight(12_345n),
        round: createRound(23_456),
        validRound: nil,
        blockId: {
          kind: "block",
          hash: new Uint8Array(32).fill(1),
          parts: { total: 111, hash: new Uint8Array(32).fill(2) },
        },
        time: timeFromRfc3339("2018-02-11T07:09:22.765Z"),
      },
    });
    const hash = "01".repeat(32);
    const parts = `086f1220${"02".repeat(32)}`;
    const want = [
      "0820",
      "113930000000000000",
      "19a05b000000000000",
      "20ffffffffffffffffff01",
      `2a480a20${hash}1224${parts}`,
      "320c08a2d8ffd30510c0f2e3ec02",
      "3a0474657374",
    ].join("");
    assert.equal(hexFromBytes(bytes), `7d${want}`);
  });

  it("of an extension hold it, the height, the round and the chain", () => {
    const bytes = voteExtensionSignBytes({
      chainId: "test",
      vote: { extension: bytesFromText("x"), height: createHeight(3n), round: createRound(1) },
    });
    const want = "0a0178110300000000000000190100000000000000220474657374";
    assert.equal(hexFromBytes(bytes), `1b${want}`);
    const blank = voteExtensionSignBytes({
      chainId: "",
      vote: { extension: emptyBytes, height: createHeight(0n), round: createRound(0) },
    });
    assert.equal(hexFromBytes(blank), "00");
  });
});
