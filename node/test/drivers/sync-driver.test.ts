import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { int64, message, optional } from "@pyralog/chain/codec";
import { BlockSync } from "@pyralog/chain/sync";
import { createHeight } from "@pyralog/chain/types";
import { messageBytesMax } from "@pyralog/node/ports";
import { BlockStore } from "#storage";
import { SimWorld } from "../../../testnet/src/simulator/ports/index.ts";
import { SyncDriver } from "../../src/drivers/sync-driver.ts";
import { aChain } from "../storage/a-chain.ts";

const requestWire = message("pyralog.sync.v1.Message", {
  blockRequest: optional(1, message("pyralog.sync.v1.BlockRequest", { height: int64(1) })),
});

/** What a node answers, on its sync stream, to a peer that asks for its only block. */
async function answersOf(
  blockBytes: number,
): Promise<{ readonly sent: readonly Uint8Array[]; readonly failures: readonly unknown[] }> {
  const world = new SimWorld({ seed: 1 });
  const ports = world.boot("node");
  const { clock, timers, wire } = ports;
  const [sent, failures]: [Uint8Array[], unknown[]] = [[], []];
  const [saved] = aChain(5, [[new Uint8Array(blockBytes)]]);
  assert.ok(saved !== undefined);
  await world.finish(async () => {
    const blockStore = await BlockStore.open(ports.table("chain"), "b/");
    await blockStore.saveBlock(saved);
    const driver = new SyncDriver({
      sync: new BlockSync(),
      blockStore,
      wire: {
        ...wire,
        send: ({ bytes }) => {
          assert.ok(bytes.length <= messageBytesMax.sync);
          sent.push(bytes);
          return true;
        },
      },
      clock,
      timers,
      candidate: () => undefined,
      drop: () => undefined,
      failed: (error) => void failures.push(error),
    });
    driver.step({ kind: "peer-connected", peer: "p" });
    const bytes = requestWire.encode({ blockRequest: { height: createHeight(5n) } });
    driver.step({ kind: "received", peer: "p", bytes });
    await timers.pause();
  });
  await world.run(world.nowMs + 100);
  return { sent, failures };
}

describe("the sync driver", () => {
  it("serves a stored block with its commit", async () => {
    const { sent, failures } = await answersOf(100_000);
    assert.deepEqual(failures, []);
    assert.equal(sent.length, 1);
    assert.ok((sent[0]?.length ?? 0) > 100_000);
  });

  it("has no block for whoever asks for one that no message carries, and goes on", async () => {
    const { sent, failures } = await answersOf(messageBytesMax.sync);
    assert.deepEqual(failures, []);
    assert.equal(sent.length, 1);
    assert.ok((sent[0]?.length ?? 0) < 100);
  });
});
