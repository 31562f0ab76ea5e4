/** A validator a thousand blocks behind, among liars; ten thousand are `npm run soak -- sync`. */
import assert from "node:assert/strict";
import { createHeight, encodeBlock, encodeCommit } from "@pyralog/chain/types";
import { farBehind, Fleet, writeChain, type WrittenBlock } from "@pyralog/testnet/scenarios";
import { describe, it } from "mocha";
import { decodeFrame, encodeFrame } from "../../../chain/src/sync/wire.ts";
import { aHome, removeHome } from "./a-local-network.ts";
import { Stranger } from "./stranger.ts";

const basePort = 23_656;
const blocks = 1_000;

function status(height: bigint): Uint8Array {
  return encodeFrame({ kind: "status", height: createHeight(height), base: createHeight(1n) });
}

/** The block that is asked for, under a commit of which one signature is not what it was. */
function forged({ block, commit }: WrittenBlock): Uint8Array {
  const [first, ...rest] = commit.signatures;
  assert.ok(first?.kind === "commit");
  const signature = first.signature.with(5, (first.signature[5] ?? 0) ^ 1);
  const signatures = [{ ...first, signature }, ...rest];
  const stored = { block: encodeBlock(block), commit: encodeCommit({ ...commit, signatures }) };
  return encodeFrame({ kind: "block", height: block.header.height, stored });
}

describe("a validator a thousand blocks behind", function () {
  this.timeout(180_000);

  it("catches up ten times as fast as the chain goes, and votes again by itself", async () => {
    const home = aHome();
    const fleet = await Fleet.create({ home, clusters: 4, basePort });
    try {
      const report = await farBehind(fleet, { blocks, say: () => undefined });
      assert.ok(report.times >= 10);
    } finally {
      await fleet.stop();
    }
    removeHome(home);
  });

  it("bans who forges one signature of a commit, and who claims less than before", async () => {
    const home = aHome();
    const fleet = await Fleet.create({ home, clusters: 4, basePort: basePort + 100 });
    try {
      // Nobody else can serve it: the others stand where it does.
      const [first, second] = await writeChain(fleet, { blocks: 2, holders: [], shown: 2 });
      assert.ok(first !== undefined && second !== undefined);
      fleet.start([3]);
      const { chainId } = fleet.genesis;
      const node = { chainId, peer: fleet.peerIdOf(3), port: fleet.node(3).p2pPort };
      const liar = await Stranger.meet(node, (stranger, bytes) => {
        const asked = decodeFrame(bytes);
        if (asked?.kind !== "block-request") return;
        stranger.send("sync", forged(asked.height === 1n ? first : second));
      });
      liar.send("sync", status(1_000n));
      await liar.dropped();
      await liar.leave();
      assert.equal(await fleet.heightOf(3), 0n, "a forged commit brings no height");
      const shrinking = await Stranger.meet(node);
      shrinking.send("sync", status(500n));
      shrinking.send("sync", status(400n));
      await shrinking.dropped();
      await shrinking.leave();
      // The true blocks are taken at once, from whomever.
      const honest = await Stranger.meet(node, (stranger, bytes) => {
        const asked = decodeFrame(bytes);
        const one = [first, second].find(({ block }) => block.header.height === asked?.height);
        if (asked?.kind !== "block-request" || one === undefined) return;
        const stored = { block: encodeBlock(one.block), commit: encodeCommit(one.commit) };
        stranger.send("sync", encodeFrame({ kind: "block", height: asked.height, stored }));
      });
      honest.send("sync", status(2n));
      await fleet.reach(2n, [3]);
      await honest.leave();
    } finally {
      await fleet.stop();
    }
    removeHome(home);
  });
});
