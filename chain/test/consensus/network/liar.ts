/** One validator that lies: two votes at once, blocks that are none, votes in others' names. */
import type { Prng } from "#base";
import type { InputBody, RoundState } from "#consensus";
import { blockIdOf, createHeight, createRound, nil, type BlockId, type BlockIdOrNil } from "#types";
import { aBlock, type NamedBlock } from "../a-block.ts";
import { aProposal, aVote, type Validators } from "../some-validators.ts";

export class Liar {
  readonly index: number;
  readonly #validators: Validators;
  readonly #prng: Prng;

  constructor(options: {
    readonly index: number;
    readonly validators: Validators;
    readonly prng: Prng;
  }) {
    this.index = options.index;
    this.#validators = options.validators;
    this.#prng = options.prng;
  }

  /** Something to say to a node, which is where this state says. */
  lies(state: RoundState): readonly InputBody[] {
    switch (this.#prng.below(6)) {
      case 0:
        return this.#proposal(state);
      case 1:
        return [this.#forgedVote(state)];
      case 2:
        return [this.#commit(state)];
      default:
        return [this.#vote(state)];
    }
  }

  get #from(): string {
    return String(this.index);
  }

  #vote(state: RoundState): InputBody {
    const vote = aVote(this.#validators, {
      by: this.index,
      type: this.#prng.chance(1, 2) ? "prevote" : "precommit",
      height: state.height,
      round: this.#round(state),
      blockId: this.#blockId(state),
    });
    return { kind: "vote", from: this.#from, vote };
  }

  #round(state: RoundState): number {
    if (this.#prng.chance(1, 20)) return this.#prng.below(2 ** 31 - 1);
    return Math.max(0, state.round + this.#prng.below(4) - 1);
  }

  /** Half of its votes are for what is proposed: a liar who never helps is only silent. */
  #blockId(state: RoundState): BlockIdOrNil {
    const proposed = state.proposalOf(state.round)?.blockId;
    if (proposed !== undefined && this.#prng.chance(1, 2)) return proposed;
    const rounds = [0, 1, 2, 3].map((round) => state.proposalOf(createRound(round))?.blockId);
    const known = rounds.filter((blockId): blockId is BlockId => blockId !== undefined);
    const choices = [nil, ...known, this.#block(state).blockId];
    return choices[this.#prng.below(choices.length)] ?? nil;
  }

  /** Of three kinds, again and again the same, so that quorums for it could come about. */
  #block(state: RoundState): NamedBlock {
    const kind = this.#prng.below(4);
    const { height } = state;
    if (kind % 2 === 0) return aBlock(`lie at ${height}/${state.round}`, { height });
    const bad = aBlock("bad", { height });
    const appHash = Uint8Array.of(0xbb);
    const block = { ...bad.block, header: { ...bad.block.header, appHash } };
    if (kind === 1) return { ...bad, block, ...blockIdOf(block) };
    return { ...bad, blockId: { ...bad.blockId, hash: new Uint8Array(32).fill(kind) } };
  }

  #proposal(state: RoundState): readonly InputBody[] {
    const { blockId, parts } = this.#block(state);
    const { height } = state;
    const round = createRound(state.round + this.#prng.below(2));
    const validRound = this.#prng.chance(1, 4) && round > 0 ? { validRound: round - 1 } : {};
    const options = { by: this.index, height, round, blockId, ...validRound };
    const proposal = aProposal(this.#validators, options);
    return [
      { kind: "proposal", from: this.#from, proposal },
      ...parts.map((part) => ({ kind: "part", from: this.#from, height, round, part }) as const),
    ];
  }

  #forgedVote(state: RoundState): InputBody {
    const by = this.#prng.below(this.#validators.keys.length);
    const { height, round } = state;
    const honest = aVote(this.#validators, { by, type: "precommit", height, round });
    const vote = { ...honest, signature: this.#prng.bytes(64) };
    return { kind: "vote", from: this.#from, vote };
  }

  #commit(state: RoundState): InputBody {
    const { block, blockId } = this.#block(state);
    const commit = {
      height: createHeight(state.height),
      round: createRound(0),
      blockId,
      signatures: this.#validators.keys.map(({ address }) => ({
        kind: "commit" as const,
        validatorAddress: address,
        time: block.header.time,
        signature: this.#prng.bytes(64),
      })),
    };
    return { kind: "commit-received", from: this.#from, block, commit };
  }
}
