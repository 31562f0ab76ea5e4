/** Lies of a voter: two votes at once, a lock forgotten, votes withheld, floods of them. */
import { bytesFromText, equalBytes } from "@pyralog/chain/base";
import { sha256 } from "@pyralog/chain/crypto";
import {
  createHeight,
  createRound,
  equalBlockIds,
  nil,
  type BlockId,
  type BlockIdOrNil,
  type ConsensusMessage,
  type Vote,
} from "@pyralog/chain/types";
import type { PeerId } from "@pyralog/node/ports";
import { framesOf } from "../frames.ts";
import { isOwnVote, placeOf, type Lie, type LiarWorld } from "../lie.ts";
import { validOther } from "../other-blocks.ts";
import { OwnProposals } from "../own-proposals.ts";
import { Sides } from "../sides.ts";

const placesMax = 256;

/** B2: two votes in one round, each to some of the peers, or both. */
export function doubleVote(world: LiarWorld): Lie {
  const { key } = world;
  const sides = new Sides(world);
  const others = new Map<string, Vote>();
  const otherOf = (vote: Vote): Vote => {
    const place = `${placeOf(vote)}/${vote.type}`;
    const known = others.get(place);
    if (known !== undefined) return known;
    const other = key.vote({ ...vote, blockId: otherBlock(vote, world) });
    others.set(place, other);
    if (others.size > placesMax) others.clear();
    world.lied();
    return other;
  };
  return {
    speak: (messages, to) =>
      sides.told(to, {
        messages,
        others: () =>
          messages.map((message) =>
            isOwnVote(message, key) ? { kind: "vote", vote: otherOf(message.vote) } : message,
          ),
      }),
  };
}

/** What was proposed to the others, or nil, or a block that there is not. */
function otherBlock(vote: Vote, world: LiarWorld): BlockIdOrNil {
  const { prng } = world;
  const alternative = world.alternatives.get(placeOf(vote));
  const proposed = world.state()?.proposalOf(vote.round)?.blockId;
  const made = madeUpBlock(vote);
  const choices: readonly BlockIdOrNil[] = [alternative ?? nil, proposed ?? made, nil, made];
  const fitting = choices.filter((choice) => !equalBlockIds(choice, vote.blockId));
  return fitting[prng.below(prng.chance(1, 8) ? fitting.length : 1)] ?? made;
}

/** A block that there is not, and always the same one at the same place. */
function madeUpBlock({ height, round, type }: Vote): BlockId {
  const hash = sha256(bytesFromText(`${type} ${height}/${round}`));
  return { kind: "block", hash, parts: { total: 1, hash } };
}

/** B3: proposes and prevotes another block than the one that it is locked on. */
export function amnesia(world: LiarWorld): Lie {
  const { key } = world;
  const own = new OwnProposals(world, (block) => {
    const state = world.state();
    if (state === undefined || state.locked.kind === "nil") return undefined;
    return validOther(block, state.validators);
  });
  return {
    speak: (messages) => {
      for (const message of messages) {
        if (message.kind !== "proposal") continue;
        const swap = own.swapOf(message);
        if (swap !== undefined) world.alternatives.set(placeOf(message.proposal), swap.blockId);
      }
      return own.told(messages).map((message) => {
        if (!isOwnVote(message, key) || message.vote.type !== "prevote") return message;
        const { vote } = message;
        const state = world.state();
        if (state === undefined || state.height !== vote.height) return message;
        const { alternatives } = world;
        const proposed = alternatives.get(placeOf(vote)) ?? state.proposalOf(vote.round)?.blockId;
        const { locked } = state;
        if (locked.kind === "nil" || locked.round >= vote.round) return message;
        const isOther = proposed !== undefined && !equalBlockIds(proposed, vote.blockId);
        const other = isOther ? proposed : madeUpBlock(vote);
        world.lied();
        return { kind: "vote", vote: key.vote({ ...vote, blockId: other }) };
      });
    },
  };
}

type Withholding = "from-some" | "from-all" | "late" | "no-relay";
const manners: readonly Withholding[] = ["from-some", "from-all", "late", "no-relay"];
const lateMsMin = 200;
const lateMsMax = 1_200;

/** B5: its own messages to some or to nobody, or at the last moment; or nothing of others'. */
export function withholding(world: LiarWorld): Lie {
  const { prng } = world;
  let manner = manners[prng.below(manners.length)] ?? "late";
  const deaf = new Set<PeerId>();
  return {
    act: () => {
      if (!prng.chance(1, 8)) return;
      manner = manners[prng.below(manners.length)] ?? "late";
      deaf.clear();
      for (const peer of world.peers()) if (prng.chance(1, 2)) deaf.add(peer);
    },
    speak: (messages, to) => {
      const isKept = (message: ConsensusMessage): boolean => {
        const isOwn = message.kind !== "vote" || isOwnVote(message, world.key);
        if (manner === "no-relay") return !isOwn;
        return isOwn && (manner !== "from-some" || deaf.has(to));
      };
      const kept = messages.filter(isKept);
      if (kept.length === 0) return messages;
      world.lied();
      if (manner === "late") {
        const delayMs = lateMsMin + prng.below(lateMsMax - lateMsMin);
        world.later(delayMs, () => world.send(to, framesOf(kept)));
      }
      return messages.filter((message) => !kept.includes(message));
    },
  };
}

const floodVotes = 200;

/** B8: signed votes for rounds and heights to come, hundreds at once. */
export function voteFlood(world: LiarWorld): Lie {
  const { prng } = world;
  return {
    act: () => {
      const template = ownVote(world);
      if (template === undefined || !prng.chance(1, 2)) return;
      world.lied();
      const votes = Array.from({ length: floodVotes }, (_, place): ConsensusMessage => {
        const height = createHeight(template.height + BigInt(prng.below(3)));
        const round = createRound(template.round + 1 + place + prng.below(1_000));
        return { kind: "vote", vote: world.key.vote({ ...template, height, round }) };
      });
      for (const peer of world.peers()) world.send(peer, framesOf(votes));
    },
  };
}

/** A prevote for nil at the place where the engine is, in the validator's name. */
export function ownVote({ key, ...world }: LiarWorld): Vote | undefined {
  const state = world.state();
  const place = state?.validators.indexOf(key.address);
  if (state === undefined || place === undefined) return undefined;
  const validator = state.validators.validators[place];
  if (validator === undefined || !equalBytes(validator.address, key.address)) return undefined;
  const { height, round, startTime } = state;
  const none = new Uint8Array(0);
  return {
    type: "prevote",
    height,
    round,
    blockId: nil,
    time: startTime,
    validatorAddress: key.address,
    validatorIndex: place,
    signature: none,
    extension: none,
    extensionSignature: none,
  };
}
