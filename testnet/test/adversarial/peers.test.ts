/** Cases 68 and 70 of the catalogue of attacks, as far as they are about peers' frames. */
import assert from "node:assert/strict";
import { FrameReader } from "@pyralog/node/io";
import { createPrng } from "@pyralog/chain/base";
import { Gossip } from "@pyralog/chain/gossip";
import { BlockSync } from "@pyralog/chain/sync";
import { createHeight, createTime } from "@pyralog/chain/types";
import { describe, it } from "mocha";
import { PooledChain } from "./a-pooled-chain.ts";

const now = createTime(1_000_000_000n);

interface Machine {
  step(input: {
    readonly kind: "received";
    readonly peer: string;
    readonly bytes: Uint8Array;
    readonly now: typeof now;
  }): readonly { readonly kind: string }[];
}

function punishes(machine: Machine, bytes: Uint8Array): boolean {
  const effects = machine.step({ kind: "received", peer: "x", bytes, now });
  return effects.some(({ kind }) => kind === "ban" || kind === "punish");
}

function aSync(): BlockSync {
  const sync = new BlockSync();
  sync.step({ kind: "height-started", height: createHeight(2n), base: createHeight(1n), now });
  sync.step({ kind: "peer-connected", peer: "x", now });
  return sync;
}

/** A claim to hold blocks from the base up to a height. */
function status(claimed: number, base: number): Uint8Array {
  return Uint8Array.of(0x2a, 4, 0x08, claimed, 0x10, base);
}

describe("peers' frames as attackers would have them", () => {
  it("case 68: no pubsub is spoken: a million subscriptions are no protocol, a garbled frame a ban", () => {
    const prng = createPrng(68);
    for (let turn = 0; turn < 200; turn++) {
      const bytes = Uint8Array.from({ length: 1 + prng.below(200) }, () => prng.below(256));
      const gossip = new Gossip({ state: () => undefined });
      gossip.step({ kind: "peer-connected", peer: "x", now });
      const first = bytes.with(0, 0xff);
      assert.ok(punishes(gossip, first));
      assert.ok(punishes(aSync(), first));
      const node = new PooledChain();
      node.step({ kind: "peer-connected", peer: "x" });
      node.step({ kind: "received", peer: "x", bytes: first });
      assert.deepEqual(node.punished, ["x"]);
    }
  });

  it("case 68: a frame is refused by its length alone, and a chunk by the number of its frames", () => {
    const reader = new FrameReader({ bytesMax: 100, framesMax: 10 });
    assert.throws(() => reader.push(Uint8Array.of(0xff, 0xff, 0xff, 0xff)), /FRAME_TOO_LONG/);
    const other = new FrameReader({ bytesMax: 100, framesMax: 10 });
    assert.throws(() => other.push(new Uint8Array(4 * 11)), /FRAMES_TOO_MANY/);
    const large = new FrameReader({ bytesMax: 2 ** 31, framesMax: 10 });
    large.push(Uint8Array.of(0x7f, 0xff, 0xff, 0xff));
    assert.ok(large.heldBytes <= 65_536, "a promise of two gigabytes takes no memory");
  });

  it("case 70: no state is fetched in chunks; a block that nobody asked for costs its sender the connection", () => {
    const height = 5;
    // BlockResponse of height 5: a block and a commit of nothing.
    const unasked = Uint8Array.of(0x1a, 8, 0x0a, 1, 0, 0x18, height, 0x22, 1, 0);
    assert.ok(punishes(aSync(), unasked));
  });

  it("case 70: a height that shrinks, or a base above it, is a lie (ASA-2025-001)", () => {
    const sync = aSync();
    assert.equal(punishes(sync, status(9, 1)), false);
    assert.equal(punishes(sync, status(9, 2)), false);
    assert.ok(punishes(sync, status(8, 1)));
    assert.ok(punishes(aSync(), status(3, 4)));
  });
});
