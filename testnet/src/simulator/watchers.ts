/** Every checker of a simulated network, fed with what its nodes tell of themselves. */
import { hexFromBytes, latin1FromBytes } from "@pyralog/chain/base";
import type { Crypto } from "@pyralog/chain/crypto";
import {
  blockIdKey,
  incrementProposerPriority,
  proposalSignBytes,
  verifySignature,
  voteSignBytes,
  type Evidence,
  type GenesisDocument,
  type Proposal,
  type Validator,
  type ValidatorSet,
  type Vote,
} from "@pyralog/chain/types";
import type { NodeEvent } from "@pyralog/node/drivers";
import {
  Accountability,
  Agreement,
  Bounds,
  DoubleSign,
  Durability,
  Punishment,
  Quiescence,
  Supply,
  Validity,
  violation,
  type Accused,
  type Misbehavior,
} from "#checkers";

type Committed = Extract<NodeEvent, { kind: "block" }>;

/** Who tells, and the height that it is deciding. */
export interface Teller {
  readonly node: string;
  readonly isHonest: boolean;
  readonly deciding: bigint;
}

const setsKept = 8n;

export class Watchers {
  readonly agreement = new Agreement();
  readonly validity = new Validity();
  readonly supply = new Supply();
  readonly durability = new Durability();
  readonly quiescence = new Quiescence();
  readonly bounds = new Bounds();
  readonly punishment: Punishment;
  readonly #accountability = new Accountability();
  readonly #signatures: DoubleSign;
  readonly #genesis: GenesisDocument;
  readonly #crypto: Crypto;
  readonly #liars: Set<string>;
  readonly #heard = new Set<string>();
  readonly #validatorSets = new Set<string>();
  /** Who decides a height, as the height before left them. */
  readonly #sets = new Map<bigint, ValidatorSet>();
  #laterRounds = 0;

  /** `liars` by their addresses in hexadecimal digits. */
  constructor(options: {
    readonly genesis: GenesisDocument;
    readonly crypto: Crypto;
    readonly liars: ReadonlySet<string>;
  }) {
    this.#genesis = options.genesis;
    this.#crypto = options.crypto;
    this.#liars = new Set(options.liars);
    this.#signatures = new DoubleSign(this.#liars);
    this.punishment = new Punishment(this.#liars);
  }

  /** Decisions, of whatever node, that were not made in round 0. */
  get laterRounds(): number {
    return this.#laterRounds;
  }

  /** Different sets of validators that have decided. */
  get validatorSets(): number {
    return this.#validatorSets.size;
  }

  /** A key whose disk lied about a sync: no machine can know by itself what it had signed. */
  excuse(address: Uint8Array): void {
    this.#liars.add(hexFromBytes(address));
  }

  /** The node begins anew, with an old disk or none. */
  forgotten(node: string): void {
    this.agreement.forgotten(node);
    this.punishment.forgotten(node);
  }

  /** @throws Violation */
  restarted(node: string, height: bigint): void {
    this.agreement.restarted(node, height);
    this.punishment.restarted(node);
  }

  /**
   * Nothing is promised to a liar, and nothing is believed that one tells.
   * @throws Violation
   */
  told(event: NodeEvent, by: Teller): void {
    if (!by.isHonest) return;
    switch (event.kind) {
      case "block":
        this.#decided(event, by);
        return;
      case "vote":
        this.#voted(event.vote);
        return;
      case "proposal":
        this.#proposed(event.proposal);
        return;
      case "equivocation":
        this.#equivocated(event, by);
        return;
      case "step":
        return;
    }
  }

  #decided(event: Committed, { node }: Teller): void {
    const { height, block, blockId, commit, state, txHashes } = event;
    this.#logCommit(event);
    if (commit.round > 0) this.#laterRounds++;
    this.#validatorSets.add(latin1FromBytes(block.header.validatorsHash));
    const decision = { node, height, blockHash: blockId.hash, txHashes };
    const { time, validatorsHash, nextValidatorsHash } = block.header;
    this.validity.decided({
      ...decision,
      time,
      validators: validatorsHash,
      nextValidators: nextValidatorsHash,
    });
    this.agreement.decided({ ...decision, appHash: state.appHash });
    this.punishment.decided({
      node,
      height,
      proposer: hexFromBytes(block.header.proposerAddress),
      evidence: block.evidence.map(misbehaviorOf),
    });
    this.#sets.set(height + 1n, state.validators);
    this.#sets.delete(height - setsKept);
    for (const past of [height, height - 1n]) this.#checkLocks(past);
  }

  /** Votes of a height come in while the next one is decided, too. */
  #checkLocks(height: bigint): void {
    const set = this.#sets.get(height);
    if (set === undefined) return;
    this.#accountability.assertLocksKept(height, { powers: powersOf(set), liars: this.#liars });
  }

  /** Whoever took the block out of a peer's store has its precommits by the commit alone. */
  #logCommit({ commit, blockId, height }: Committed): void {
    const { round } = commit;
    for (const signature of commit.signatures) {
      if (signature.kind === "absent") continue;
      const block = signature.kind === "nil" ? "" : blockIdKey(blockId);
      const voter = hexFromBytes(signature.validatorAddress);
      this.#accountability.voted({ voter, height, round, type: "precommit", block });
    }
  }

  /** All nodes hear the same votes; the engine has verified each signature that it tells of. */
  #voted(vote: Vote): void {
    const { type, height, round, validatorAddress, signature } = vote;
    const place = `${type}/${height}/${round}/${latin1FromBytes(validatorAddress)}`;
    const key = place + latin1FromBytes(signature);
    if (this.#heard.has(key)) return;
    this.#heard.add(key);
    const message = voteSignBytes({ chainId: this.#genesis.chainId, vote });
    this.#signatures.signed(vote.validatorAddress, message);
    this.#log(vote);
  }

  #log(vote: Vote): void {
    const { blockId } = vote;
    const block = blockId.kind === "nil" ? "" : blockIdKey(blockId);
    this.#accountability.voted({ ...placeOf(vote), block });
  }

  #proposed(proposal: Proposal): void {
    const { height, round, blockId } = proposal;
    const key = latin1FromBytes(proposal.signature);
    if (this.#heard.has(key)) return;
    this.#heard.add(key);
    this.validity.proposed({ height, blockHash: blockId.hash });
    const message = proposalSignBytes({ chainId: this.#genesis.chainId, proposal });
    const set = this.#sets.get(height);
    if (set === undefined) return;
    const { publicKey, address } = proposerOf(set, round);
    const signed = { publicKey, message, signature: proposal.signature };
    if (!verifySignature(this.#crypto, signed)) {
      throw violation("VALIDITY", { height, round, reason: "proposed out of turn" });
    }
    this.#signatures.signed(address, message);
  }

  #equivocated(
    { voteA, voteB }: Extract<NodeEvent, { kind: "equivocation" }>,
    { node, deciding }: Teller,
  ): void {
    for (const vote of [voteA, voteB]) this.#log(vote);
    this.punishment.seen({ node, misbehavior: placeOf(voteA), during: deciding });
  }

  /**
   * Who is to blame where a height was decided twice.
   * @throws Violation where too few are named, or somebody honest.
   */
  judge(height: bigint): Accused {
    const powers = new Map(
      this.#genesis.validators.map(({ address, power }) => [hexFromBytes(address), power]),
    );
    return this.#accountability.judge(height, { powers, liars: this.#liars });
  }
}

/** By the priorities of the height alone, whatever way the rounds were gone through. */
function proposerOf(set: ValidatorSet, round: number): Validator {
  return round === 0 ? set.proposer : incrementProposerPriority(set, round).proposer;
}

function powersOf({ validators }: ValidatorSet): ReadonlyMap<string, bigint> {
  return new Map(validators.map(({ address, power }) => [hexFromBytes(address), power]));
}

function placeOf(vote: Vote): Misbehavior {
  const { height, round, type, validatorAddress } = vote;
  return { voter: hexFromBytes(validatorAddress), height, round, type };
}

function misbehaviorOf({ voteA }: Evidence): Misbehavior {
  return placeOf(voteA);
}
