/** Lies of a proposer: two blocks at once, blocks that are none, turns that are not its own. */
import { createRound, type Block, type ConsensusMessage, type Part } from "@pyralog/chain/types";
import { hashHeader } from "@pyralog/chain/types";
import { isOwnTurn, placeOf, type Lie, type LiarWorld } from "../lie.ts";
import { framesOf } from "../frames.ts";
import { invalidOther, validOther } from "../other-blocks.ts";
import { OwnProposals } from "../own-proposals.ts";
import { Sides } from "../sides.ts";

/** B1: two valid blocks in one round, each to some of the peers, or both. */
export function doubleProposal(world: LiarWorld): Lie {
  const sides = new Sides(world);
  const own = new OwnProposals(world, (block) => {
    const state = world.state();
    if (state === undefined || world.prng.chance(1, 4)) return undefined;
    return validOther(block, state.validators);
  });
  return {
    speak: (messages, to) => {
      for (const message of messages) {
        if (message.kind !== "proposal") continue;
        const swap = own.swapOf(message);
        if (swap !== undefined) world.alternatives.set(placeOf(message.proposal), swap.blockId);
      }
      return sides.told(to, { messages, others: () => own.told(messages) });
    },
  };
}

/** B6: blocks that must be refused, in signed proposals; and parts that fit no block. */
export function invalidBlock(world: LiarWorld): Lie {
  const { prng } = world;
  const own = new OwnProposals(world, (block: Block) => {
    if (prng.chance(1, 4)) return undefined;
    const other = invalidOther(block, prng);
    if (other !== undefined) world.invalid(hashHeader(other.header));
    return other;
  });
  return {
    speak: (messages) =>
      own.told(messages).map((message): ConsensusMessage => {
        if (message.kind !== "part" || !prng.chance(1, 12)) return message;
        world.lied();
        return { ...message, part: spoiltPart(message.part, prng.below(3)) };
      }),
  };
}

/** Other bytes, another place than its proof's (ASA-2025-002), another proof than its bytes'. */
function spoiltPart(part: Part, how: number): Part {
  const { index, proof, bytes } = part;
  if (how === 0) return { ...part, bytes: bytes.map((byte, at) => (at === 0 ? byte ^ 1 : byte)) };
  if (how === 1) return { ...part, index: index + 1 };
  return { ...part, proof: { ...proof, total: proof.total + 1 } };
}

/** B4: proposals out of turn, and own ones that name a proof of lock which nobody has seen. */
export function badProposer(world: LiarWorld): Lie {
  const { prng, key } = world;
  return {
    speak: (messages) =>
      messages.map((message) => {
        if (message.kind !== "proposal" || message.proposal.round === 0) return message;
        const state = world.state();
        if (state === undefined || !isOwnTurn(state, key) || !prng.chance(1, 2)) return message;
        if (state.round !== message.proposal.round) return message;
        const validRound = createRound(prng.below(message.proposal.round + 1));
        world.lied();
        const proposal = key.proposal({ ...message.proposal, validRound });
        return { kind: "proposal", proposal };
      }),
    act: () => {
      const state = world.state();
      if (state === undefined || isOwnTurn(state, key) || !prng.chance(1, 4)) return;
      const { height, round } = state;
      const seen = state.proposalOf(round);
      const block = seen && state.partsOf(seen.blockId.parts)?.block;
      if (seen === undefined || block === undefined) return;
      world.lied();
      const again = { kind: "proposal", proposal: key.proposal(seen) } as const;
      const early = key.proposal({ ...seen, round: createRound(round + 1), height });
      const messages = [again, { kind: "proposal", proposal: early } as const];
      for (const peer of world.peers()) world.send(peer, framesOf(messages));
    },
  };
}
