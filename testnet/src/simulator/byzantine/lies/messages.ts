/** Lies of whoever can write bytes: extremes, replays, and anything changed a little. */
import { concatBytes } from "@pyralog/chain/base";
import { createHeight, createRound, type ConsensusMessage, type Vote } from "@pyralog/chain/types";
import {
  announceFrame,
  announceWire,
  closeConsensus,
  framesOf,
  openConsensus,
  type Frame,
} from "../frames.ts";
import { isOwnVote, type Lie, type LiarWorld } from "../lie.ts";
import { ownVote } from "./votes.ts";

const int64Max = 2n ** 63n - 1n;
const int32Max = 2 ** 31 - 1;

/** B7: lists of wrong lengths (ASA-2025-003), and places beyond all others. */
export function extremes(world: LiarWorld): Lie {
  const { prng } = world;
  return {
    act: () => {
      const template = ownVote(world);
      const state = world.state();
      if (template === undefined || state === undefined || !prng.chance(1, 3)) return;
      world.lied();
      const frames = prng.chance(1, 2)
        ? extremeAnnounce(world, { height: state.height, round: state.round })
        : framesOf([{ kind: "vote", vote: world.key.vote(extremeVote(template, prng.below(6))) }]);
      const peers = world.peers();
      const peer = peers[prng.below(Math.max(1, peers.length))];
      if (peer !== undefined) world.send(peer, frames);
    },
  };
}

function extremeAnnounce(
  { prng }: LiarWorld,
  at: { readonly height: bigint; readonly round: number },
): readonly Frame[] {
  const long = prng.bytes(1 + prng.below(40));
  const extreme = [
    { ...at, rounds: [{ round: at.round, prevotes: long, precommits: long }] },
    { ...at, height: int64Max, rounds: [] },
    { ...at, height: -1n, rounds: [] },
    { ...at, round: int32Max, rounds: [] },
    {
      ...at,
      rounds: Array.from({ length: 500 }, (_, round) => ({
        round,
        prevotes: long,
        precommits: long,
      })),
    },
  ][prng.below(5)] ?? { ...at, rounds: [] };
  return announceFrame(announceWire.encode({ ...extreme, step: 2, validator: int32Max }));
}

function extremeVote(vote: Vote, how: number): Vote {
  const places: readonly Partial<Vote>[] = [
    { height: createHeight(0n) },
    { height: createHeight(int64Max) },
    { round: createRound(int32Max) },
    { validatorIndex: int32Max },
    { validatorIndex: (vote.validatorIndex + 1) % 4 },
    { extension: new Uint8Array(5_000), extensionSignature: new Uint8Array(64) },
  ];
  return { ...vote, ...places[how] };
}

const keptMax = 200;

/** B9: anything from long ago once more, and votes of another chain. */
export function replay(world: LiarWorld): Lie {
  const { prng, key } = world;
  const kept: Frame[] = [];
  return {
    hear: (frame) => {
      if (!prng.chance(1, 8)) return;
      if (kept.length < keptMax) kept.push(frame);
      else kept[prng.below(keptMax)] = frame;
    },
    act: () => {
      const template = ownVote(world);
      if (template === undefined || kept.length === 0 || !prng.chance(1, 2)) return;
      world.lied();
      const foreign = key.vote(template, "simulated-2");
      for (const peer of world.peers()) {
        const frame = kept[prng.below(kept.length)];
        if (frame !== undefined) world.send(peer, [frame]);
        if (!prng.chance(1, 8)) continue;
        world.send(peer, framesOf([{ kind: "vote", vote: foreign }]));
      }
    },
  };
}

/** B13, ByzzFuzz: one message in some is another one, by a field, a bit, a kind or altogether. */
export function mutation(world: LiarWorld): Lie {
  const { prng } = world;
  return {
    pack: (frame) => {
      if (!prng.chance(1, 15)) return [frame];
      world.lied();
      if (frame.channel === "consensus" && prng.chance(1, 2)) {
        const opened = openConsensus(frame.bytes);
        if (opened === undefined) return [frame];
        const messages = opened.messages.map((message) => nudged(message, world));
        return closeConsensus({ ...opened, messages });
      }
      return mutated(frame, world);
    },
  };
}

/** A height or round beside the right one; signed anew where the signature is its own. */
function nudged(message: ConsensusMessage, { prng, key }: LiarWorld): ConsensusMessage {
  const by = prng.chance(1, 2) ? 1 : -1;
  const inRound = <Placed extends { readonly round: number; readonly height: bigint }>(
    placed: Placed,
  ): Placed =>
    prng.chance(1, 2)
      ? { ...placed, round: createRound(Math.max(0, placed.round + by)) }
      : { ...placed, height: createHeight(placed.height + BigInt(by)) };
  if (message.kind === "vote") {
    const vote = inRound(message.vote);
    return { kind: "vote", vote: isOwnVote(message, key) ? key.vote(vote) : vote };
  }
  if (message.kind === "proposal") {
    return { kind: "proposal", proposal: key.proposal(inRound(message.proposal)) };
  }
  return message.kind === "part" ? inRound(message) : message;
}

function mutated(frame: Frame, { prng }: LiarWorld): readonly Frame[] {
  const { bytes, channel } = frame;
  const at = prng.below(bytes.length);
  switch (prng.below(5)) {
    case 0:
      return [
        {
          channel,
          bytes: bytes.map((byte, index) => (index === at ? byte ^ (1 << (at % 8)) : byte)),
        },
      ];
    case 1:
      return at === 0 ? [] : [{ channel, bytes: bytes.slice(0, at) }];
    case 2:
      return [{ channel, bytes: concatBytes([bytes, prng.bytes(1 + prng.below(40))]) }];
    case 3:
      return [{ channel: prng.chance(1, 2) ? "sync" : "evidence", bytes }];
    default:
      return [{ channel, bytes: prng.bytes(1 + prng.below(300)) }];
  }
}
