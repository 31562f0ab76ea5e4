import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createHeight, createRound } from "@pyralog/chain/types";
import { PeerInputs, type PeerInput } from "../../src/drivers/peer-inputs.ts";

function aPart(from: string, length: number): PeerInput {
  const proof = { total: 1, index: 0, leafHash: new Uint8Array(32), aunts: [] };
  return {
    kind: "part",
    from,
    height: createHeight(1n),
    round: createRound(0),
    part: { index: 0, bytes: new Uint8Array(length), proof },
  };
}

function admitted(inputs: PeerInputs, input: PeerInput): number {
  let count = 0;
  while (inputs.admits(input)) count++;
  return count;
}

describe("what waits of peers' messages", () => {
  it("is bounded in bytes and in number for each peer, not for all together", () => {
    const inputs = new PeerInputs();
    const large = admitted(inputs, aPart("p", 64 * 1024));
    assert.ok(large > 64 && large < 256, `${large} parts`);
    assert.equal(admitted(inputs, aPart("q", 1)), 4_096);
    assert.ok(inputs.admits(aPart("r", 1)));
  });

  it("has room again once its turn has come", () => {
    const inputs = new PeerInputs();
    const part = aPart("p", 64 * 1024);
    const count = admitted(inputs, part);
    for (let turn = 0; turn < count; turn++) assert.ok(inputs.taken(part));
    assert.equal(admitted(inputs, part), count);
  });

  it("is worth no turn once its peer was found lying, until that one connects anew", () => {
    const inputs = new PeerInputs();
    const part = aPart("p", 1);
    inputs.admits(part);
    inputs.punished("p");
    assert.equal(inputs.taken(part), false);
    assert.equal(inputs.admits(part), false);
    inputs.connected("p");
    assert.ok(inputs.admits(part) && inputs.taken(part));
  });
});
