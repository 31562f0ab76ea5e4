/**
 * Engines on one thread, with virtual time and one seed: messages come late, twice or never, links
 * are cut, votes hidden, nodes crash and come back with their sign record and some or none of
 * their WAL, and one validator lies. In place of gossip every node now and then sends another what
 * it lacks.
 */
import { createPrng, type Prng } from "#base";
import type { Gain, InputBody, RoundState, VotesView } from "#consensus";
import type { Round, ValidatorSet, Vote, VoteType } from "#types";
import { someValidators, type Validators } from "../some-validators.ts";
import { EventQueue } from "./event-queue.ts";
import { Liar } from "./liar.ts";
import { Oracle } from "./oracle.ts";
import { setAfter, SimNode, type World } from "./sim-node.ts";

export interface NetworkOptions {
  readonly seed: number;
  readonly count: number;
  readonly liar: boolean;
  /**
   * Who may lose a synced WAL. One that does counts among the f faulty ones as far as progress is
   * concerned: a lock whose block and proof are on no disk any more can never be opened again.
   */
  readonly losing: "none" | "one" | "all";
}

export class Network implements World {
  readonly queue = new EventQueue();
  readonly prng: Prng;
  readonly oracle: Oracle;
  readonly validators: Validators;
  readonly nodes: readonly SimNode[];
  readonly #sets: ValidatorSet[] = [];
  readonly #lossPercent: number;
  readonly #losing: NetworkOptions["losing"];
  #faulty = true;
  /** Nodes on one side of a cut hear nothing from the other one. */
  #side = new Set<number>();
  /** One kind of vote reaches one node only: a lock or a decision that the others do not see. */
  #hidden: { readonly type: VoteType; readonly seenBy: number } | undefined;

  constructor({ seed, count, liar, losing }: NetworkOptions) {
    this.prng = createPrng(seed);
    this.#losing = losing;
    this.#lossPercent = this.prng.below(30);
    const powers = Array.from({ length: count }, () => 1n);
    this.validators = someValidators({ powers });
    const liarIndex = this.prng.below(count);
    this.oracle = new Oracle(liar ? [liarIndex] : []);
    const honest = powers.map((_, index) => index).filter((index) => !liar || index !== liarIndex);
    this.nodes = honest.map((index) => new SimNode(this, index));
    if (liar) this.#startLiar(liarIndex);
    for (const node of this.nodes) {
      this.queue.after(this.prng.below(500), () => node.start({ replay: false }));
      this.#exchange(node);
    }
  }

  /** Faults for a while, then none. Whether all nodes then passed what any had reached before. */
  run(options: { readonly faultyMs: number; readonly healedMs: number }): boolean {
    this.#nextFault();
    this.queue.runUntil(options.faultyMs);
    this.#faulty = false;
    this.#side = new Set();
    this.#hidden = undefined;
    const goal = this.highest + 2n;
    const end = this.queue.nowMs + options.healedMs;
    const isDone = (): boolean => this.nodes.every(({ height }) => height >= goal);
    this.queue.runUntil(end, isDone);
    return isDone();
  }

  get highest(): bigint {
    return this.nodes.reduce((most, { height }) => (height > most ? height : most), 0n);
  }

  setOf(height: bigint): ValidatorSet {
    const index = Number(height - 1n);
    const known = this.#sets[index];
    if (known !== undefined) return known;
    const made = index === 0 ? this.validators.set : setAfter(this.setOf(height - 1n), 1);
    this.#sets[index] = made;
    return made;
  }

  spread(from: number, gain: Gain): void {
    for (const node of this.nodes) {
      if (node.index !== from) this.#send(inputOf(gain, from), { from, to: node });
    }
  }

  losesWal(index: number): boolean {
    const may =
      this.#losing === "all" || (this.#losing === "one" && index === this.nodes[0]?.index);
    return may && this.prng.chance(1, 2);
  }

  #send(body: InputBody, { from, to }: { readonly from: number; readonly to: SimNode }): void {
    const { prng, queue } = this;
    const lost = this.#isHidden(body, to) || prng.chance(this.#lossPercent, 100);
    if (this.#faulty && (lost || this.#side.has(from) !== this.#side.has(to.index))) return;
    const copies = prng.chance(1, 10) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const delayMs = prng.chance(1, 20) ? prng.below(1500) : 1 + prng.below(40);
      queue.after(delayMs, () => to.input(body));
    }
  }

  #isHidden(body: InputBody, to: SimNode): boolean {
    if (this.#hidden === undefined || this.#hidden.seenBy === to.index) return false;
    if (body.kind === "commit-received") return true;
    return body.kind === "vote" && body.vote.type === this.#hidden.type;
  }

  /** What gossip does, without its economy. */
  #exchange(node: SimNode): void {
    this.queue.after(50 + this.prng.below(250), () => {
      const to = this.nodes[this.prng.below(this.nodes.length)];
      if (to !== undefined && to !== node) this.#sendMissing(node, to);
      this.#exchange(node);
    });
  }

  #sendMissing(node: SimNode, to: SimNode): void {
    const [ours, theirs] = [node.state, to.state];
    if (ours === undefined || theirs === undefined) return;
    const stored = node.disk.chain[Number(theirs.height) - 1];
    const from = node.index;
    if (stored !== undefined) {
      const { block, commit } = stored;
      const body = { kind: "commit-received", from: String(from), block, commit } as const;
      return this.#send(body, { from, to });
    }
    if (ours.height !== theirs.height) return;
    for (const gain of lacking({ ours, theirs })) this.#send(inputOf(gain, from), { from, to });
  }

  #startLiar(index: number): void {
    const { validators, prng } = this;
    const liar = new Liar({ index, validators, prng: prng.fork() });
    const speak = (): void => {
      const to = this.nodes[prng.below(this.nodes.length)];
      const state = to?.state;
      const lies = state === undefined ? [] : liar.lies(state);
      // The same to all of them at times: a liar gets far with what looks honest.
      const hearers = prng.chance(1, 2) ? this.nodes : [to];
      for (const hearer of hearers.filter((node) => node !== undefined)) {
        for (const lie of lies) this.#send(lie, { from: index, to: hearer });
      }
      this.queue.after(20 + prng.below(100), speak);
    };
    this.queue.after(500, speak);
  }

  #nextFault(): void {
    this.queue.after(200 + this.prng.below(2000), () => {
      if (!this.#faulty) return;
      const victim = this.nodes[this.prng.below(this.nodes.length)];
      const kind = this.prng.below(4);
      if (kind < 2) victim?.crashAndReturn();
      else if (kind === 2) this.#cut(this.nodes.filter(() => this.prng.chance(1, 3)));
      else if (victim !== undefined) this.#hide(victim);
      this.#nextFault();
    });
  }

  #cut(side: readonly SimNode[]): void {
    this.#side = new Set(side.map(({ index }) => index));
    this.queue.after(this.prng.below(3000), () => {
      this.#side = new Set();
    });
  }

  /** And then the one that saw it is cut off, so that the others decide by their locks alone. */
  #hide(seer: SimNode): void {
    this.#hidden = { type: this.prng.chance(1, 3) ? "prevote" : "precommit", seenBy: seer.index };
    this.queue.after(500 + this.prng.below(1500), () => {
      this.#hidden = undefined;
      this.#cut([seer]);
    });
  }
}

function inputOf(gain: Gain, from: number): InputBody {
  return { ...gain, from: String(from) };
}

interface Pair {
  readonly ours: RoundState;
  readonly theirs: RoundState;
}

function* lacking({ ours, theirs }: Pair): Generator<Gain> {
  for (const round of new Set([ours.round, ...ours.rounds])) {
    const proposal = theirs.proposalOf(round) === undefined ? ours.proposalOf(round) : undefined;
    if (proposal !== undefined) yield { kind: "proposal", proposal };
    yield* lackingVotes({ ours, theirs, round });
  }
  const { height, round } = ours;
  for (const wanted of theirs.wanted) {
    for (const index of wanted.bits.keys()) {
      const part = wanted.has(index) ? undefined : ours.partsOf(wanted.header)?.get(index);
      if (part !== undefined) yield { kind: "part", height, round, part };
    }
  }
}

function* lackingVotes({ ours, theirs, round }: Pair & { readonly round: Round }): Generator<Gain> {
  for (const type of ["prevote", "precommit"] as const) {
    const known = theirs.votesOf(round, type);
    for (const vote of worthTelling(ours.votesOf(round, type))) {
      const { validatorIndex, blockId } = vote;
      if (known?.voteFor(validatorIndex, blockId) === undefined) yield { kind: "vote", vote };
    }
  }
}

/** First votes, and those of a quorum that a peer may lack as a liar told it something else. */
function worthTelling(votes: VotesView | undefined): readonly Vote[] {
  if (votes === undefined) return [];
  const { majority } = votes;
  const ofMajority = votes.bits
    .map((_, index) => (majority === undefined ? undefined : votes.voteFor(index, majority)))
    .filter((vote) => vote !== undefined);
  return [...new Set([...votes.list(), ...ofMajority])];
}
