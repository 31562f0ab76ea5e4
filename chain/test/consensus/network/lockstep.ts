/**
 * One height in lockstep, against the strongest scheduler there is within the model: in each phase
 * it picks who hears whom, whose timeouts fire, who restarts without its WAL, and what the liar
 * tells to each. Far denser in locks that matter than a network on virtual time.
 */
import { createPrng, defined, type Prng } from "#base";
import type { Gain, InputBody } from "#consensus";
import {
  blockIdKey,
  createHeight,
  equalBlockIds,
  createRound,
  nil,
  type BlockId,
  type BlockIdOrNil,
} from "#types";
import { aBlock, type NamedBlock } from "../a-block.ts";
import { Bench, proposerIndex } from "../bench.ts";
import { aProposal, aVote, someValidators } from "../some-validators.ts";

const validators = someValidators();
const count = validators.keys.length;
const height = createHeight(1n);

interface Sent {
  readonly from: number;
  readonly gain: Gain;
  /** Who has got it. */
  readonly heardBy: Set<number>;
}

export class Lockstep {
  readonly #prng: Prng;
  readonly #liar: number;
  readonly #restartPercent: number;
  readonly #timeoutPercent: number;
  readonly #seer: number;
  #first: BlockId | undefined;
  /** What the liar mostly proposes in each of its rounds. */
  readonly #lies = new Map<number, NamedBlock>();
  #lives = 0;
  readonly #nodes = new Map<number, Bench>();
  readonly #sent: Sent[] = [];
  readonly #blocks = new Map<string, NamedBlock>();
  /** What each honest node has decided. */
  readonly decided = new Map<number, string>();
  /** Every message that an honest key signed: place to content. */
  readonly signed = new Map<string, string>();
  doubleSignatures = 0;
  locksReplaced = 0;

  constructor(seed: number) {
    this.#prng = createPrng(seed);
    // As the proposer of round 1 it is the first that can stand against a lock.
    this.#liar = this.#prng.chance(1, 2) ? 1 : this.#prng.below(count);
    this.#seer = (this.#liar + 1 + this.#prng.below(count - 1)) % count;
    this.#timeoutPercent = 10 + this.#prng.below(50);
    this.#restartPercent = [0, 10, 40][this.#prng.below(3)] ?? 0;
    for (let self = 0; self < count; self++) {
      if (self !== this.#liar) this.#begin(self, undefined);
    }
  }

  run(rounds: number): void {
    for (let phase = 0; phase < 3 * rounds; phase++) {
      this.#lie();
      const openPercent = 40 + this.#prng.below(60);
      const links = Array.from({ length: count * count }, () =>
        this.#prng.chance(openPercent, 100),
      );
      this.#deliver((from, to) => links[from * count + to] === true);
      for (const [self, node] of this.#nodes) {
        if (this.#prng.chance(this.#timeoutPercent, 100)) this.#fireTimeouts(self, node);
        if (this.#prng.chance(this.#restartPercent, 100)) this.#begin(self, node);
      }
    }
  }

  #begin(self: number, before: Bench | undefined): void {
    if (this.decided.has(self)) return;
    const bench = new Bench({ validators, self, record: before?.record ?? nil });
    for (const [name, block] of this.#blocks) bench.blocks.set(name, block);
    bench.toBuild = `own ${self} of life ${this.#lives++}`;
    bench.blocks.set(bench.toBuild, aBlock(bench.toBuild));
    this.#blocks.set(bench.toBuild, bench.block(bench.toBuild));
    this.#nodes.set(self, bench);
    for (const { heardBy } of this.#sent) heardBy.delete(self);
    bench.start();
    this.#collect(self, bench);
  }

  #fireTimeouts(self: number, bench: Bench): void {
    const { step, round } = bench.engine.roundState();
    if (step === "new-height" || step === "commit") return;
    bench.timeout(step, round);
    this.#collect(self, bench);
  }

  #deliver(isLinked: (from: number, to: number) => boolean): void {
    const before = this.#sent.slice();
    for (const sent of before) {
      for (const [self, bench] of this.#nodes) {
        if (sent.heardBy.has(self) || !isLinked(sent.from, self)) continue;
        if (self !== this.#seer && this.#isSecret(sent.gain)) continue;
        sent.heardBy.add(self);
        this.#give({ self, bench, gain: sent.gain });
      }
    }
  }

  /** Precommits for the first block of the run: the seer alone is to decide it. */
  #isSecret(gain: Gain): boolean {
    if (gain.kind !== "vote" || gain.vote.type !== "precommit") return false;
    return this.#isFirst(gain.vote.blockId) && this.#prng.chance(9, 10);
  }

  #isFirst(blockId: BlockIdOrNil): boolean {
    return this.#first !== undefined && equalBlockIds(this.#first, blockId);
  }

  #give({
    self,
    bench,
    gain,
  }: {
    readonly self: number;
    readonly bench: Bench;
    readonly gain: Gain;
  }): void {
    if (this.decided.has(self)) return;
    const input: InputBody = { ...gain, from: "peer" };
    bench.command("message", input);
    this.#collect(self, bench);
  }

  #collect(self: number, bench: Bench): void {
    for (const effect of bench.effects) {
      if (effect.kind === "gained" && effect.from.kind === "nil") {
        if (effect.gain.kind === "proposal") this.#first ??= effect.gain.proposal.blockId;
        this.#sent.push({ from: self, gain: effect.gain, heardBy: new Set([self]) });
      }
      if (effect.kind === "decided") this.decided.set(self, blockIdKey(effect.blockId));
    }
    for (const request of bench.signed.splice(0)) {
      const { round } = request.kind === "vote" ? request.vote : request.proposal;
      const type = request.kind === "vote" ? request.vote.type : "proposal";
      const place = `${self} ${round} ${type}`;
      if (this.signed.has(place)) this.doubleSignatures++;
      if (request.lock.kind === "lock") this.#noteLock(self, bench.describeLock(request.lock));
      this.signed.set(place, bench.describeRequest(request));
    }
  }

  readonly #locks = new Map<number, string>();

  #noteLock(self: number, lock: string): void {
    const before = this.#locks.get(self);
    if (before !== undefined && before !== lock) this.locksReplaced++;
    this.#locks.set(self, lock);
  }

  /** To each node another story: mostly what may bring a quorum about, in the node's own round. */
  #lie(): void {
    for (const [self, bench] of this.#nodes) {
      const { round } = bench.engine.roundState();
      const from = this.#liar;
      if (proposerIndex(validators, round) === from && this.#prng.chance(1, 2)) {
        this.#lieByProposal({ self, bench });
      }
      const type = this.#prng.chance(1, 2) ? "prevote" : "precommit";
      const at = this.#prng.chance(1, 4) && round > 0 ? round - 1 : round;
      const blockId = this.#blockFor(self, at);
      const vote = aVote(validators, { type, by: from, round: at, blockId });
      this.#give({ self, bench, gain: { kind: "vote", vote } });
    }
  }

  /** The first block to the seer, and to the others what stands against it. */
  #blockFor(self: number, round: number): BlockIdOrNil {
    const proposed = this.#nodes.get(self)?.engine.roundState().proposalOf(createRound(round));
    const blockId = proposed?.blockId ?? nil;
    if (this.#prng.chance(1, 5)) return this.#anyBlock().blockId;
    if (self === this.#seer) return this.#first ?? nil;
    return this.#isFirst(blockId) && round > 0 ? nil : blockId;
  }

  #anyBlock(): NamedBlock {
    const blocks = [...this.#blocks.values()];
    return defined(blocks[this.#prng.below(blocks.length)], "a block");
  }

  #lieByProposal({ self, bench }: { readonly self: number; readonly bench: Bench }): void {
    const { round } = bench.engine.roundState();
    const same = this.#lies.get(round) ?? this.#anyBlock();
    this.#lies.set(round, same);
    const { blockId, parts } = this.#prng.chance(1, 6) ? this.#anyBlock() : same;
    const validRound = this.#prng.chance(1, 2) && round > 0 ? this.#prng.below(round) : undefined;
    const proposal = aProposal(validators, {
      by: this.#liar,
      round,
      blockId,
      ...(validRound === undefined ? {} : { validRound }),
    });
    this.#give({ self, bench, gain: { kind: "proposal", proposal } });
    for (const part of parts)
      this.#give({ self, bench, gain: { kind: "part", height, round, part } });
  }
}
