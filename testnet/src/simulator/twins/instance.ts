/**
 * One engine with a key and a sign record, and nothing else: what it asks for is answered at once,
 * timeouts fire when the schedule says so, and what it says is handed to whoever runs it.
 */
import { assert, bytesFromText, emptyBytes } from "@pyralog/chain/base";
import {
  completeRecord,
  decideSigning,
  signedMessage,
  Tendermint,
  type Effect,
  type Gain,
  type InputBody,
  type SignRecord,
  type SignRequest,
  type TimeoutStep,
} from "@pyralog/chain/consensus";
import type { Crypto } from "@pyralog/chain/crypto";
import { makeBlock, nextHeight, type ChainState } from "@pyralog/chain/replica";
import {
  blockIdKey,
  blockIdOf,
  emptyCommit,
  nil,
  type Address,
  type Block,
  type BlockId,
  type Nil,
  type Part,
  type Vote,
} from "@pyralog/chain/types";

/** What all instances of all schedules share. */
export interface TwinsWorld {
  readonly state: ChainState;
  readonly crypto: Crypto;
  /** Each instance proposes a block of its own, by the instance's name. */
  readonly blocks: Map<string, NamedBlock>;
}

interface NamedBlock {
  readonly block: Block;
  readonly blockId: BlockId;
  readonly parts: readonly Part[];
}

export interface InstanceKey {
  readonly name: string;
  readonly address: Address;
  readonly secretKey: Uint8Array;
}

type ScheduleTimeout = Extract<Effect, { kind: "schedule-timeout" }>;

export class Instance {
  readonly key: InstanceKey;
  /** What it has signed and proposed, in order, since the last `takeSaid`. */
  #said: Gain[] = [];
  /** Votes that it has verified: its own, and those of others. */
  readonly votes: Vote[] = [];
  readonly #world: TwinsWorld;
  readonly #engine: Tendermint;
  #record: SignRecord | Nil = nil;
  #timeouts: ScheduleTimeout[] = [];
  #decided: string | undefined;

  constructor(world: TwinsWorld, key: InstanceKey) {
    this.#world = world;
    this.key = key;
    const { state, crypto } = world;
    this.#engine = new Tendermint({ chainId: state.chainId, crypto, self: key.address });
    this.#input({
      kind: "start-height",
      height: nextHeight(state),
      validators: state.validators,
      params: state.consensusParams,
      previous: nil,
      record: nil,
      replay: false,
    });
  }

  /** The block that it has decided, by its id. */
  get decided(): string | undefined {
    return this.#decided;
  }

  /** Whether it has it now, or needs nothing any more; if not, it may want it later. */
  hear(gain: Gain): boolean {
    if (this.#decided !== undefined) return true;
    this.#input({ ...gain, from: "peer" });
    return this.#decided !== undefined || this.#has(gain);
  }

  #has(gain: Gain): boolean {
    const state = this.#engine.roundState();
    switch (gain.kind) {
      case "proposal":
        return state.proposalOf(gain.proposal.round) !== undefined;
      case "part": {
        const { proof, index } = gain.part;
        assert(proof.total === 1, "the hash of the only part is that of the set");
        return state.partsOf({ total: 1, hash: proof.leafHash })?.has(index) === true;
      }
      case "vote": {
        const { round, type, validatorIndex, blockId } = gain.vote;
        return state.votesOf(round, type)?.voteFor(validatorIndex, blockId) !== undefined;
      }
    }
  }

  takeSaid(): readonly Gain[] {
    const said = this.#said;
    if (said.length > 0) this.#said = [];
    return said;
  }

  /** Fires what it waits for in this step of rounds up to this one; whether there was anything. */
  fire(step: TimeoutStep, round: number): boolean {
    const due = this.#timeouts.filter((each) => each.step === step && each.round <= round);
    if (due.length === 0) return false;
    this.#timeouts = this.#timeouts.filter((each) => !due.includes(each));
    for (const timeout of due) this.#input({ ...timeout, kind: "timeout" });
    return true;
  }

  #input(body: InputBody): void {
    const inputs = [body];
    for (let input = inputs.shift(); input !== undefined; input = inputs.shift()) {
      const now = this.#world.state.lastBlockTime;
      const answers = this.#engine.step({ ...input, now }).flatMap((effect) => {
        const answer = this.#perform(effect);
        return answer === undefined ? [] : [answer];
      });
      inputs.unshift(...answers);
    }
  }

  #perform(effect: Effect): InputBody | undefined {
    if (effect.kind === "sign") return this.#sign(effect.request);
    if (effect.kind === "build-block") {
      const { height, round } = effect;
      return { kind: "block-built", height, round, ...this.#ownBlock() };
    }
    if (effect.kind === "check-block") {
      const { height, blockId } = effect;
      return { kind: "block-checked", height, blockId, accepted: true };
    }
    this.#note(effect);
    return undefined;
  }

  #note(effect: Effect): void {
    if (effect.kind === "gained") this.#gained(effect);
    if (effect.kind === "equivocation") this.votes.push(effect.voteA, effect.voteB);
    if (effect.kind === "schedule-timeout") this.#timeouts.push(effect);
    if (effect.kind === "decided") this.#decided = blockIdKey(effect.blockId);
  }

  #gained({ gain, from }: Extract<Effect, { kind: "gained" }>): void {
    if (gain.kind === "vote") this.votes.push(gain.vote);
    if (from.kind === "nil") this.#said.push(gain);
  }

  #sign(request: SignRequest): InputBody {
    const { chainId } = this.#world.state;
    const verdict = decideSigning({ chainId, record: this.#record, request });
    switch (verdict.kind) {
      case "refuse":
        return { kind: "sign-refused", record: this.#record };
      case "reuse":
        return { kind: "signed", message: signedMessage(request, verdict.record) };
      case "sign": {
        const { secretKey } = this.key;
        const message = verdict.signBytes;
        const signature = this.#world.crypto.signEd25519({ secretKey, message });
        const record = completeRecord(verdict.next, { signature, extensionSignature: emptyBytes });
        this.#record = record;
        return { kind: "signed", message: signedMessage(request, record) };
      }
    }
  }

  /** Of the same validator and time as its twin's, and yet another block. */
  #ownBlock(): NamedBlock {
    const { state, blocks } = this.#world;
    const { name, address } = this.key;
    let own = blocks.get(name);
    if (own === undefined) {
      const txs = [bytesFromText(name)];
      const contents = { txs, evidence: [], lastCommit: emptyCommit, proposerAddress: address };
      const block = makeBlock(state, contents);
      own = { block, ...blockIdOf(block) };
      blocks.set(name, own);
    }
    return own;
  }
}
