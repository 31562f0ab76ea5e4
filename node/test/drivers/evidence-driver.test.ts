import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bytesFromText, emptyBytes } from "@pyralog/chain/base";
import { sha256 } from "@pyralog/chain/crypto";
import { EvidencePool } from "@pyralog/chain/evidence";
import {
  consensusParamsDefault,
  createHeight,
  createRound,
  createTime,
  validatorAddress,
  type Evidence,
  type Height,
} from "@pyralog/chain/types";
import { BlockStore, StateStore } from "#storage";
import { createSimCrypto } from "../../../testnet/src/simulator/sim-crypto.ts";
import { SimWorld } from "../../../testnet/src/simulator/ports/index.ts";
import { EvidenceDriver, PastBlocks } from "../../src/drivers/evidence-driver.ts";
import { aChain, aValidatorSet } from "../storage/a-chain.ts";

const [first, second, third] = [createHeight(1n), createHeight(2n), createHeight(3n)];
const set = aValidatorSet([10n]);
const evidenceParams = consensusParamsDefault.evidence;

function evidenceOf(height: Height): Evidence {
  const publicKey = { type: "ed25519", bytes: sha256(bytesFromText("accused")) } as const;
  const vote = {
    type: "prevote",
    height,
    round: createRound(0),
    blockId: { kind: "nil" },
    time: createTime(0n),
    validatorAddress: validatorAddress(publicKey),
    validatorIndex: 0,
    signature: new Uint8Array(64),
    extension: emptyBytes,
    extensionSignature: emptyBytes,
  } as const;
  return {
    kind: "duplicate-vote",
    voteA: vote,
    voteB: vote,
    powerTotal: set.powerTotal,
    validatorPower: set.powerTotal,
    time: createTime(0n),
  };
}

async function withDriver(
  work: (parts: { readonly driver: EvidenceDriver; readonly past: PastBlocks }) => Promise<void>,
): Promise<void> {
  const world = new SimWorld({ seed: 1 });
  const ports = world.boot("node");
  await world.finish(async () => {
    const blockStore = await BlockStore.open(ports.table("chain"), "b/");
    const stateStore = await StateStore.open(ports.table("chain"), "s/");
    for (const block of aChain(1, [[], [], []])) await blockStore.saveBlock(block);
    const validators = [first, second, third].map((height) => ({
      height,
      value: set,
      changed: height,
    }));
    await stateStore.save({ state: new Uint8Array(1), validators, params: [] });
    const past = new PastBlocks({ blockStore, stateStore });
    const pool = new EvidencePool({
      chainId: "c",
      crypto: createSimCrypto(),
      past: (height) => past.get(height),
      position: { height: third, time: createTime(0n), params: evidenceParams },
    });
    await work({ driver: new EvidenceDriver({ pool, past }), past });
  });
}

describe("evidence from blocks and clients", () => {
  it("is judged by its heights, which no client pushes out meanwhile", async () => {
    await withDriver(async ({ driver, past }) => {
      await driver.prepare([evidenceOf(first)], evidenceParams.maxBytes);
      await driver.add(evidenceOf(second), "client");
      assert.ok(past.get(first) !== undefined && past.get(second) !== undefined);
      await driver.prepare([], evidenceParams.maxBytes);
      assert.equal(past.get(first), undefined);
    });
  });

  it("has nothing read for it where it is more than a block may carry", async () => {
    await withDriver(async ({ driver, past }) => {
      await driver.prepare([evidenceOf(first)], 10n);
      assert.equal(past.get(first), undefined);
      assert.equal(driver.check([evidenceOf(first)]).kind, "refused");
    });
  });

  it("knows the heights from before a start, which late precommits may be of", async () => {
    await withDriver(async ({ past }) => {
      assert.equal(past.get(second), undefined);
      await past.loadRecent(third);
      for (const height of [first, second, third]) {
        assert.deepEqual(past.get(height)?.validators, set);
      }
    });
  });
});
