import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createPrng, emptyBytes } from "#base";
import { createGossipLimits, type Gossip, type GossipEffect } from "#gossip";
import { createHeight, createRound, type BlockId, type PartSetHeader } from "#types";
import type { Announce, RoundBits } from "../../src/gossip/announce.ts";
import { decodeFrame, encodeFrame, type Frame, type Item } from "../../src/gossip/wire.ts";
import { aBlock } from "../consensus/a-block.ts";
import { proposerIndex } from "../consensus/bench.ts";
import { aProposal, aVote } from "../consensus/some-validators.ts";
import { GossipNetwork } from "./gossip-network.ts";
import { timeAt } from "./gossip-node.ts";

const limits = createGossipLimits();
const voters = 4;

function anAnnounce(options: Partial<Announce> = {}): Announce {
  return {
    height: createHeight(1n),
    round: createRound(0),
    step: "propose",
    validatorIndex: undefined,
    rounds: [],
    partSets: [],
    lastCommit: undefined,
    claimed: [],
    ...options,
  };
}

function roundBits(options: Partial<RoundBits> = {}): RoundBits {
  return {
    round: createRound(0),
    proposal: false,
    prevotes: emptyBytes,
    precommits: emptyBytes,
    prevoteQuorum: undefined,
    precommitQuorum: undefined,
    ...options,
  };
}

function aFrame(options: Partial<Frame>): Uint8Array {
  return encodeFrame({ announce: undefined, items: [], lazy: [], ...options });
}

/** The proposer of height 1 as the only node that runs; its peers are played by hand. */
class Hand {
  readonly network: GossipNetwork;
  readonly gossip: Gossip;
  nowMs: number;

  constructor(options: { readonly blockBytes?: number; readonly peers?: readonly string[] } = {}) {
    const { blockBytes = 0, peers = ["p"] } = options;
    const self = proposerIndex(new GossipNetwork({ nodes: voters }).validators, 0);
    const absent = Array.from({ length: voters }, (_, index) => index).filter((i) => i !== self);
    this.network = new GossipNetwork({ nodes: voters, absent, blockBytes });
    this.network.run(100);
    this.nowMs = this.network.nowMs;
    this.gossip = this.network.node(self).gossip;
    for (const peer of peers) {
      this.gossip.step({ kind: "peer-connected", peer, now: timeAt(this.nowMs) });
    }
  }

  received(bytes: Uint8Array, peer = "p"): readonly GossipEffect[] {
    return this.gossip.step({ kind: "received", peer, bytes, now: timeAt(this.nowMs) });
  }

  /** Ticks every 10 ms; gives what was sent to the peer. */
  wait(ms: number, peer = "p"): readonly Frame[] {
    const frames: Frame[] = [];
    for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
      this.nowMs += 10;
      for (const effect of this.gossip.step({ kind: "tick", now: timeAt(this.nowMs) })) {
        if (effect.kind !== "send" || !effect.peers.includes(peer)) continue;
        const frame = decodeFrame(effect.bytes, limits);
        assert.ok(frame !== undefined);
        frames.push(frame);
      }
    }
    return frames;
  }
}

function kinds(frames: readonly Frame[]): readonly string[] {
  return frames.flatMap(({ items }) => items.map((item) => item.kind));
}

function faults(effects: readonly GossipEffect[]): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === "punish" ? [effect.reason] : []));
}

function delivered(effects: readonly GossipEffect[]): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === "deliver" ? [effect.input.kind] : []));
}

describe("gossip with one peer", () => {
  it("announces itself to a peer that connects, and every second from then on", () => {
    const hand = new Hand();
    const announces = hand.wait(3_000).flatMap(({ announce }) => announce ?? []);
    assert.ok(announces.length >= 3 && announces.length <= 5, `${announces.length}`);
    assert.equal(announces[0]?.height, 1n);
  });

  it("sends what the peer lacks by its own word: proposal, part, vote", () => {
    const hand = new Hand();
    hand.received(aFrame({ announce: anAnnounce() }));
    assert.deepEqual(kinds(hand.wait(50)), ["proposal", "part", "vote"]);
  });

  it("sends nothing to a peer that is at another height, or has said nothing yet", () => {
    const hand = new Hand({ peers: ["p", "q"] });
    hand.received(aFrame({ announce: anAnnounce({ height: createHeight(9n) }) }));
    assert.deepEqual(kinds(hand.wait(3_000, "p")), []);
    assert.deepEqual(kinds(hand.wait(3_000, "q")), []);
  });

  it("sends again what is not confirmed, ever more seldom, and not what is", () => {
    const hand = new Hand();
    hand.received(aFrame({ announce: anAnnounce() }));
    const votes = kinds(hand.wait(10_000)).filter((kind) => kind === "vote").length;
    assert.ok(votes >= 4 && votes <= 8, `${votes}`);
    const index = hand.network.nodes.findIndex(({ gossip }) => gossip === hand.gossip);
    const rounds = [roundBits({ proposal: true, prevotes: Uint8Array.of(1 << index) })];
    hand.received(aFrame({ announce: anAnnounce({ rounds }) }));
    assert.ok(!kinds(hand.wait(5_000)).includes("vote"));
  });

  it("has so many parts under way and no more, until the peer confirms", () => {
    const hand = new Hand({ blockBytes: 45 * 65_536 });
    hand.received(aFrame({ announce: anAnnounce() }));
    const items = hand.wait(200).flatMap((frame) => frame.items);
    assert.equal(items.filter(({ kind }) => kind === "part").length, limits.partsUnderWayMax);
    const header = headerOf(items);
    const parts = Uint8Array.from({ length: (header.total + 7) >> 3 }, (_, i) => (i < 4 ? 255 : 0));
    const announce = anAnnounce({
      rounds: [roundBits({ proposal: true })],
      partSets: [{ header, parts }],
    });
    hand.received(aFrame({ announce }));
    const rest = kinds(hand.wait(200)).filter((kind) => kind === "part");
    assert.equal(rest.length, header.total - limits.partsUnderWayMax);
  });

  it("gives the engine what is new of its height, once", () => {
    const hand = new Hand();
    const { validators } = hand.network;
    const voter = (proposerIndex(validators, 0) + 1) % voters;
    const vote = aVote(validators, { type: "prevote", by: voter });
    const known = hand.network.node(proposerIndex(validators, 0)).engine.roundState();
    const own = known?.votesOf(createRound(0), "prevote")?.list() ?? [];
    const items: Item[] = [vote, ...own].map((each) => ({ kind: "vote", vote: each }));
    assert.deepEqual(delivered(hand.received(aFrame({ items }))), ["vote"]);
    assert.equal(hand.gossip.counters.duplicates, 1);
  });

  it("ignores votes, parts and proposals of heights far ahead", () => {
    const hand = new Hand();
    const { validators } = hand.network;
    const height = 9n;
    const { blockId, parts } = aBlock("X", { height });
    const [part] = parts;
    assert.ok(part !== undefined);
    const round = createRound(0);
    const items: Item[] = [
      { kind: "proposal", proposal: aProposal(validators, { by: 0, blockId, height }) },
      { kind: "part", height: createHeight(height), round, part },
      { kind: "vote", vote: aVote(validators, { type: "prevote", by: 0, blockId, height }) },
    ];
    assert.deepEqual(hand.received(aFrame({ items })), []);
  });
});

function headerOf(items: readonly Item[]): PartSetHeader {
  for (const item of items) if (item.kind === "proposal") return item.proposal.blockId.parts;
  throw new Error("There is no proposal.");
}

describe("gossip with a bad peer", () => {
  it("punishes frames that do not decode (FRAME_MALFORMED), and hears no more of the peer", () => {
    const hand = new Hand();
    assert.deepEqual(faults(hand.received(Uint8Array.of(1))), ["FRAME_MALFORMED"]);
    assert.deepEqual(hand.received(Uint8Array.of(1)), []);
  });

  it("punishes frames that hold more than a frame may", () => {
    const tooMany: readonly Partial<Frame>[] = [
      { lazy: Array.from({ length: limits.frameMessagesMax + 1 }, () => 1) },
      {
        announce: anAnnounce({
          rounds: Array.from({ length: limits.announceRoundsMax + 1 }, () => roundBits()),
        }),
      },
    ];
    for (const frame of tooMany) {
      assert.deepEqual(faults(new Hand().received(aFrame(frame))), ["FRAME_MALFORMED"]);
    }
  });

  it("keeps of a frame no more memory than its items take", () => {
    const hand = new Hand();
    const [part] = aBlock("Y", { bytes: 50_000 }).parts;
    assert.ok(part !== undefined);
    const item: Item = { kind: "part", height: createHeight(1n), round: createRound(0), part };
    const items = [
      item,
      ...Array.from({ length: 9 }, () => ({ ...item, height: createHeight(9n) })),
    ];
    const [first] = hand.received(aFrame({ items }));
    assert.ok(first?.kind === "deliver" && first.input.kind === "part");
    assert.ok(first.input.part.bytes.buffer.byteLength < 60_000);
  });

  it("punishes lists that are not as long as the height has it (BITS_MISFIT, ASA-2025-003)", () => {
    const misfits: readonly Partial<Announce>[] = [
      { rounds: [roundBits({ prevotes: Uint8Array.of(1, 0) })] },
      { rounds: [roundBits({ precommits: Uint8Array.of(16) })] },
      { partSets: [{ header: headerOfFour(), parts: Uint8Array.of(16) }] },
      {
        claimed: [{ round: createRound(0), type: "prevote", blockId: aBlockId(), votes: tooLong }],
      },
    ];
    for (const misfit of misfits) {
      const frame = aFrame({ announce: anAnnounce(misfit) });
      assert.deepEqual(faults(new Hand().received(frame)), ["BITS_MISFIT"]);
    }
    const fit = anAnnounce({ rounds: [roundBits({ prevotes: Uint8Array.of(15) })] });
    assert.deepEqual(faults(new Hand().received(aFrame({ announce: fit }))), []);
  });

  it("judges lists of a height that it has not reached only when it is there", () => {
    const height = createHeight(2n);
    const rounds = [roundBits({ prevotes: tooLong })];
    const frame = aFrame({ announce: anAnnounce({ height, rounds }) });
    const network = new GossipNetwork({ nodes: 4 });
    network.give(0, { from: 1, bytes: frame });
    assert.deepEqual(network.punished, []);
    network.run(5_000);
    assert.deepEqual(network.punished, ["0 punishes 1: BITS_MISFIT"]);
  });

  it("never throws on garbage, nor on a frame with a few bytes changed", () => {
    const prng = createPrng(21);
    const { network } = new Hand();
    const { validators } = network;
    const { blockId, parts } = aBlock("X");
    const [part] = parts;
    assert.ok(part !== undefined);
    const frame = aFrame({
      announce: anAnnounce({ rounds: [roundBits({ prevoteQuorum: blockId })] }),
      items: [
        { kind: "vote", vote: aVote(validators, { type: "prevote", by: 1, blockId }) },
        { kind: "part", height: createHeight(1n), round: createRound(0), part },
      ],
      lazy: [1],
    });
    for (let count = 0; count < 400; count++) {
      const hand = new Hand({ peers: [] });
      hand.gossip.step({ kind: "peer-connected", peer: "p", now: timeAt(hand.nowMs) });
      const changed = frame.slice();
      for (let change = prng.below(4); change >= 0; change--) {
        changed[prng.below(changed.length)] = prng.below(256);
      }
      hand.received(prng.chance(1, 4) ? prng.bytes(prng.below(90)) : changed);
    }
  });

  it("answers a flood of announcements with bounded ones, and with no item twice", () => {
    const prng = createPrng(4);
    const hand = new Hand();
    const items: string[] = [];
    let largest = 0;
    for (let count = 0; count < 500; count++) {
      const rounds = Array.from({ length: limits.announceRoundsMax }, (_, round) =>
        roundBits({ round: createRound(round), prevoteQuorum: aBlockId(prng.bytes(32)) }),
      );
      const partSets = Array.from({ length: limits.announcePartSetsMax }, () => ({
        header: { total: 1_601, hash: prng.bytes(32) },
        parts: emptyBytes,
      }));
      hand.received(aFrame({ announce: anAnnounce({ rounds, partSets }) }));
      if (count % 50 !== 0) continue;
      const frames = hand.wait(20);
      items.push(...kinds(frames));
      for (const frame of frames) largest = Math.max(largest, encodeFrame(frame).length);
    }
    assert.deepEqual(items, ["proposal", "part", "vote"]);
    assert.ok(largest < 2_000, `${largest} bytes`);
  });
});

/** One byte more than a height of four validators has. */
const tooLong = Uint8Array.of(3, 255);

function headerOfFour(): PartSetHeader {
  return { total: 4, hash: new Uint8Array(32).fill(1) };
}

function aBlockId(hash: Uint8Array = new Uint8Array(32).fill(2)): BlockId {
  return { kind: "block", hash, parts: headerOfFour() };
}

describe("gossip about a proposer that proposes twice", () => {
  it("sends nobody the parts of a block that it has another one in the place of", () => {
    const scene = new GossipNetwork({ nodes: 4 }).validators;
    const proposer = proposerIndex(scene, 0);
    const [silent = 0, one = 0, two = 0] = [0, 1, 2, 3].filter((index) => index !== proposer);
    // Without the other two, nothing ends the round.
    const network = new GossipNetwork({ nodes: 4, absent: [proposer, silent] });
    network.run(100);
    for (const [node, bytes] of [
      [one, 4_000_000],
      [two, 4_200_000],
    ] as const) {
      const { blockId, parts } = aBlock("X", { bytes });
      const proposal = aProposal(network.validators, { by: proposer, blockId });
      const items: Item[] = [
        { kind: "proposal", proposal },
        ...parts.map(
          (part) =>
            ({ kind: "part", height: createHeight(1n), round: createRound(0), part }) as const,
        ),
      ];
      for (const item of items) {
        network.give(node, { from: node === one ? two : one, bytes: aFrame({ items: [item] }) });
      }
    }
    network.run(60_000);
    assert.deepEqual(network.punished, []);
    assert.ok(network.node(one).gossip.counters.sent < 100);
  });
});

describe("gossip about validators that vote twice", () => {
  it("brings the vote that a quorum needs to who has only the other one", () => {
    const scene = new GossipNetwork({ nodes: 4 }).validators;
    const proposer = proposerIndex(scene, 0);
    const others = [0, 1, 2, 3].filter((index) => index !== proposer);
    const [liar = 0, one = 0, two = 0] = others;
    // The proposer and the liar run no node; the two others lack a quorum without the liar.
    const network = new GossipNetwork({ nodes: 4, absent: [proposer, liar] });
    network.run(100);
    const { blockId, parts } = aBlock("X");
    const { validators } = network;
    const [part] = parts;
    assert.ok(part !== undefined);
    const proposed: Item[] = [
      { kind: "proposal", proposal: aProposal(validators, { by: proposer, blockId }) },
      { kind: "part", height: createHeight(1n), round: createRound(0), part },
    ];
    const forBlock = aVote(validators, { type: "prevote", by: liar, blockId });
    const forNil = aVote(validators, { type: "prevote", by: liar });
    const lies = { [one]: forBlock, [two]: forNil };
    for (const [node, vote] of Object.entries(lies)) {
      const from = Number(node) === one ? two : one;
      const items: Item[] = [...proposed, { kind: "vote", vote }];
      network.give(Number(node), { from, bytes: aFrame({ items }) });
    }
    const sees = (node: number): boolean => {
      const state = network.node(node).engine.roundState();
      return state?.votesOf(createRound(0), "prevote")?.majority?.kind === "block";
    };
    network.run(50);
    assert.deepEqual([sees(one), sees(two)], [true, false]);
    network.run(3_000);
    assert.deepEqual([sees(one), sees(two)], [true, true]);
  });
});
