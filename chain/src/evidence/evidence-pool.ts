/**
 * Evidence that waits for a block, and the memory of what blocks have punished. Votes seen by
 * consensus become evidence once their height is decided, because the block's time belongs to it.
 *
 * One misbehaviour is one validator's at one height, round and vote type. Other bytes for the same
 * (an index or extension that no signature covers, a third vote) are nothing new to punish: unlike
 * CometBFT's pool, this one takes them for the same evidence.
 */
import {
  assert,
  bytesFromText,
  emptyBytes,
  equalBytes,
  hexFromBytes,
  ok,
  refused,
  textFromBytes,
  type Result,
} from "#base";
import type { StateWrite } from "#merkle";
import {
  createHeight,
  decodeEvidence,
  encodeEvidence,
  orderVotes,
  type Evidence,
  type Height,
  type SignatureVerifier,
  type Time,
  type Vote,
} from "#types";
import { evidenceError, type EvidenceError } from "./evidence-error.ts";
import {
  evidenceFault,
  isExpired,
  validatorAt,
  type ChainPosition,
  type PastBlock,
} from "./verify-evidence.ts";

/** Nobody can fill the pool with one validator's misbehaviour, nor memory with everybody's. */
export const evidenceLimits = { pendingMax: 1024, perValidatorMax: 32, reportedMax: 1024 } as const;
assert(evidenceLimits.perValidatorMax <= evidenceLimits.pendingMax, "one fits into all");

/** Keys of the records; `p/` and `c/` are followed by the misbehaviour. */
const prefixes = { pending: "p/", committed: "c/", forgotten: "x" } as const;

interface Occasion {
  readonly height: Height;
  readonly time: Time;
}

export class EvidencePool {
  readonly #world: {
    readonly chainId: string;
    readonly crypto: SignatureVerifier;
    readonly past: (height: Height) => PastBlock | undefined;
  };
  readonly #pending = new Map<string, Evidence>();
  readonly #committed = new Map<string, Occasion>();
  /** No height and no time among the committed is before these: most blocks need not look. */
  #oldest: Occasion | undefined;
  readonly #reported = new Map<string, readonly [Vote, Vote]>();
  #position: ChainPosition;
  /** Evidence up to this height has been forgotten: raising the allowed age does not revive it. */
  #forgotten = createHeight(0n);
  #writes: StateWrite[] = [];

  /**
   * `past` answers for heights up to the position's, unless they are pruned. `records` are what
   * `takeWrites` gave to be written, all of them, in any order.
   */
  constructor(options: {
    readonly chainId: string;
    readonly crypto: SignatureVerifier;
    readonly past: (height: Height) => PastBlock | undefined;
    readonly position: ChainPosition;
    readonly records?: Iterable<readonly [Uint8Array, Uint8Array]>;
  }) {
    this.#world = options;
    this.#position = options.position;
    for (const [key, value] of options.records ?? []) this.#restore(textFromBytes(key), value);
  }

  #restore(key: string, value: Uint8Array): void {
    if (key === prefixes.forgotten) {
      this.#forgotten = createHeight(BigInt(textFromBytes(value)));
      return;
    }
    const evidence = decodeEvidence(value);
    const misbehavior = misbehaviorKey(evidence.voteA);
    if (key.startsWith(prefixes.pending)) this.#pending.set(misbehavior, evidence);
    else this.#remember(misbehavior, evidence);
  }

  #remember(key: string, evidence: Evidence): void {
    const occasion = occasionOf(evidence);
    this.#committed.set(key, occasion);
    this.#oldest = older(this.#oldest, occasion);
  }

  /** Where the chain stands, as the last block left it. */
  get position(): ChainPosition {
    return this.#position;
  }

  /** Takes evidence from a peer or a client, once it is verified. Known evidence is no fault. */
  add(evidence: Evidence): Result<"added" | "known", EvidenceError> {
    const key = misbehaviorKey(evidence.voteA);
    if (this.#pending.has(key) || this.#committed.has(key)) return ok("known");
    const full = this.#crowding(evidence.voteA);
    if (full !== undefined) return refused(full);
    const fault = this.#fault(evidence);
    if (fault !== undefined) return refused(fault);
    this.#pending.set(key, evidence);
    this.#write(prefixes.pending + key, encodeEvidence(evidence));
    return ok("added");
  }

  #crowding({ validatorAddress }: Vote): EvidenceError | undefined {
    const accused = hexFromBytes(validatorAddress);
    const mine = [...this.#pending.keys()].filter((key) => key.endsWith(accused)).length;
    const { pendingMax, perValidatorMax } = evidenceLimits;
    const crowded = this.#pending.size >= pendingMax || mine >= perValidatorMax;
    return crowded ? evidenceError("POOL_FULL", { pending: this.#pending.size }) : undefined;
  }

  #fault(evidence: Evidence): EvidenceError | undefined {
    const { height } = evidence.voteA;
    const { chainId, crypto } = this.#world;
    if (height > this.#position.height) return evidenceError("FUTURE", { height });
    const past = this.#world.past(height);
    if (past === undefined) return evidenceError("HEIGHT_UNKNOWN", { height });
    const occasion = { height, time: past.time };
    if (height <= this.#forgotten || isExpired(occasion, this.#position)) {
      return evidenceError("EXPIRED", { height });
    }
    return evidenceFault(evidence, { chainId, crypto, past });
  }

  /**
   * Two verified votes of one validator for two blocks, as consensus saw them. They become evidence
   * when `markCommitted` reaches their height.
   */
  report(votes: readonly [Vote, Vote]): void {
    const key = misbehaviorKey(votes[0]);
    const known = this.#pending.has(key) || this.#committed.has(key);
    if (known || this.#reported.size >= evidenceLimits.reportedMax) return;
    const [first, second] = orderVotes(votes);
    this.#reported.set(key, [withoutExtension(first), withoutExtension(second)]);
  }

  /** What a proposal or a peer is given: the oldest first, as much as fits; −1 is all. */
  pending(bytesMax: bigint): readonly Evidence[] {
    const fitting: Evidence[] = [];
    let bytes = 0n;
    for (const [, evidence] of [...this.#pending].toSorted(compareKeys)) {
      bytes += evidenceBytes(evidence);
      if (bytesMax !== -1n && bytes > bytesMax) break;
      fitting.push(evidence);
    }
    return fitting;
  }

  /** Whether a block may carry the list: it holds, and nothing in it was or is punished twice. */
  check(list: readonly Evidence[]): Result<void, EvidenceError> {
    const { maxBytes } = this.#position.params;
    const bytes = evidenceListBytes(list);
    if (bytes > maxBytes) return refused(evidenceError("OVERFLOW", { bytes, maxBytes }));
    const seen = new Set<string>();
    for (const evidence of list) {
      const key = misbehaviorKey(evidence.voteA);
      const fault = seen.has(key)
        ? evidenceError("REPEATED", { height: evidence.voteA.height })
        : this.#faultInBlock(key, evidence);
      if (fault !== undefined) return refused(fault);
      seen.add(key);
    }
    return ok(undefined);
  }

  #faultInBlock(key: string, evidence: Evidence): EvidenceError | undefined {
    if (this.#committed.has(key)) {
      return evidenceError("COMMITTED", { height: evidence.voteA.height });
    }
    const pending = this.#pending.get(key);
    const verified =
      pending !== undefined && equalBytes(encodeEvidence(pending), encodeEvidence(evidence));
    return verified ? undefined : this.#fault(evidence);
  }

  /** A block was decided: its evidence is done, reported votes become evidence, the old goes. */
  markCommitted(block: ChainPosition & { readonly evidence: readonly Evidence[] }): void {
    const { height, time, params, evidence: punished } = block;
    assert(height > this.#position.height, "blocks are committed in order");
    this.#position = { height, time, params };
    for (const evidence of punished) {
      const key = misbehaviorKey(evidence.voteA);
      this.#remember(key, evidence);
      this.#write(prefixes.committed + key, encodeEvidence(evidence));
      this.#dropPending(key);
    }
    this.#formReported();
    this.#prune();
  }

  #formReported(): void {
    for (const [key, [voteA, voteB]] of this.#reported) {
      if (voteA.height > this.#position.height) continue;
      this.#reported.delete(key);
      const past = this.#world.past(voteA.height);
      const accused =
        past === undefined ? undefined : validatorAt(past.validators, voteA.validatorAddress);
      if (past === undefined || accused === undefined) continue;
      // A refusal means that it is expired, or that enough of this validator's is pending.
      this.add({
        kind: "duplicate-vote",
        voteA,
        voteB,
        powerTotal: past.validators.powerTotal,
        validatorPower: accused.power,
        time: past.time,
      });
    }
  }

  #prune(): void {
    for (const [key, evidence] of this.#pending) {
      if (isExpired(occasionOf(evidence), this.#position)) this.#dropPending(key);
    }
    if (this.#oldest === undefined || !isExpired(this.#oldest, this.#position)) return;
    this.#oldest = undefined;
    for (const [key, occasion] of this.#committed) {
      if (isExpired(occasion, this.#position)) this.#forget(key, occasion.height);
      else this.#oldest = older(this.#oldest, occasion);
    }
  }

  #forget(key: string, height: Height): void {
    this.#committed.delete(key);
    this.#write(prefixes.committed + key);
    if (height <= this.#forgotten) return;
    this.#forgotten = height;
    this.#write(prefixes.forgotten, bytesFromText(String(height)));
  }

  #dropPending(key: string): void {
    if (this.#pending.delete(key)) this.#write(prefixes.pending + key);
  }

  #write(key: string, value?: Uint8Array): void {
    const bytes = bytesFromText(key);
    this.#writes.push(value === undefined ? { key: bytes } : { key: bytes, value });
  }

  /**
   * What changed since the last call, for one batch: after `markCommitted` together with the chain
   * state of that block, so that neither is on disk without the other.
   */
  takeWrites(): readonly StateWrite[] {
    const writes = this.#writes;
    this.#writes = [];
    return writes;
  }
}

/** The size of the list as a block encodes it. */
export function evidenceListBytes(list: readonly Evidence[]): bigint {
  return list.reduce((sum, evidence) => sum + evidenceBytes(evidence), 0n);
}

/** Tag, length and bytes of one entry. */
function evidenceBytes(evidence: Evidence): bigint {
  const { length } = encodeEvidence(evidence);
  const lengthBytes = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x200000 ? 3 : 4;
  return BigInt(1 + lengthBytes + length);
}

/** No signature of the evidence covers an extension, nor would it make it any truer. */
function withoutExtension(vote: Vote): Vote {
  return { ...vote, extension: emptyBytes, extensionSignature: emptyBytes };
}

function occasionOf({ voteA, time }: Evidence): Occasion {
  return { height: voteA.height, time };
}

function older(known: Occasion | undefined, other: Occasion): Occasion {
  if (known === undefined) return other;
  return {
    height: other.height < known.height ? other.height : known.height,
    time: other.time < known.time ? other.time : known.time,
  };
}

/** In the order of heights; the accused last, so that one validator's can be counted. */
function misbehaviorKey(vote: Vote): string {
  const height = String(vote.height).padStart(20, "0");
  const round = String(vote.round).padStart(10, "0");
  return [height, round, vote.type, hexFromBytes(vote.validatorAddress)].join("/");
}

function compareKeys(
  left: readonly [string, Evidence],
  right: readonly [string, Evidence],
): number {
  return left[0] < right[0] ? -1 : 1;
}
