/**
 * Lends the evidence pool what it may not fetch itself: the times and validators of past heights.
 * They are read from the stores before the pool is asked, so that the pool can stay synchronous.
 */
import {
  evidenceListBytes,
  type ChainPosition,
  type EvidencePool,
  type EvidenceVerdict,
  type PastBlock,
} from "@pyralog/chain/evidence";
import type { Result } from "@pyralog/chain/base";
import {
  createHeight,
  type Block,
  type ConsensusParams,
  type Evidence,
  type Height,
  type Vote,
} from "@pyralog/chain/types";
import type { TableWrite } from "#ports";
import type { BlockStore, StateStore } from "#storage";
import { driverLimits } from "./limits.ts";

const { pastBlocksRecentMax } = driverLimits;

export class EvidenceDriver {
  readonly #pool: EvidencePool;
  readonly #past: PastBlocks;
  #changed: () => void = () => undefined;

  constructor(options: { readonly pool: EvidencePool; readonly past: PastBlocks }) {
    this.#pool = options.pool;
    this.#past = options.past;
  }

  pending(bytesMax: bigint): readonly Evidence[] {
    return this.#pool.pending(bytesMax);
  }

  /** Whether a block may carry it. `prepare` must have read its heights. */
  check(evidence: readonly Evidence[]): Result<unknown, Error> {
    return this.#pool.check(evidence);
  }

  /** Reads what `check` of a block's evidence needs; of more than a block may carry, nothing. */
  async prepare(evidence: readonly Evidence[], bytesMax: bigint): Promise<void> {
    const heights = evidence.map(({ voteA }) => voteA.height);
    const isTooMuch = evidenceListBytes(evidence) > bytesMax;
    await this.#past.keep(isTooMuch ? [] : heights, "block");
  }

  /** Evidence from a client or a peer. */
  async add(evidence: Evidence, from: "client" | "peer"): Promise<EvidenceVerdict> {
    await this.#past.keep([evidence.voteA.height], from);
    const verdict = this.#pool.add(evidence);
    if (verdict.kind === "ok" && verdict.value === "added") this.#changed();
    return verdict;
  }

  /** Where the chain stands, and what waits for a block there. */
  get present(): { readonly pending: readonly Evidence[]; readonly position: ChainPosition } {
    return { pending: this.#pool.pending(-1n), position: this.#pool.position };
  }

  /** One follower is told whenever `present` has changed. */
  follow(changed: () => void): void {
    this.#changed = changed;
  }

  report(pair: { readonly voteA: Vote; readonly voteB: Vote }): void {
    this.#pool.report([pair.voteA, pair.voteB]);
  }

  /** What to write together with the chain state of the block. */
  async committed(
    block: Block,
    params: ConsensusParams["evidence"],
  ): Promise<readonly TableWrite[]> {
    const { height, time } = block.header;
    await this.#past.committed(height);
    this.#pool.markCommitted({ height, time, params, evidence: block.evidence });
    this.#changed();
    return this.#pool.takeWrites();
  }
}

/** Who asks: what others ask for must not push out what a block is being judged by. */
type Asker = "block" | "client" | "peer";

/**
 * Times and validators of heights, read ahead from the stores. What `keep` asked for stays until
 * the same asker asks again, however many heights are committed meanwhile.
 */
export class PastBlocks {
  readonly #blockStore: BlockStore;
  readonly #stateStore: StateStore;
  /** The last committed heights: late precommits may still show that somebody voted twice. */
  readonly #recent = new Map<Height, PastBlock>();
  readonly #kept = new Map<Asker, ReadonlyMap<Height, PastBlock>>();

  constructor(options: { readonly blockStore: BlockStore; readonly stateStore: StateStore }) {
    this.#blockStore = options.blockStore;
    this.#stateStore = options.stateStore;
  }

  /** After a start, those that were recent before it: a late precommit may be of any of them. */
  async loadRecent(last: Height): Promise<void> {
    const first = last - BigInt(pastBlocksRecentMax) + 1n;
    for (let height = first < 1n ? 1n : first; height <= last; height++) {
      await this.committed(createHeight(height));
    }
  }

  get(height: Height): PastBlock | undefined {
    const recent = this.#recent.get(height);
    if (recent !== undefined) return recent;
    for (const kept of this.#kept.values()) {
      const past = kept.get(height);
      if (past !== undefined) return past;
    }
    return undefined;
  }

  /** Reads what these heights were, instead of what was kept for the asker before. */
  async keep(heights: readonly Height[], asker: Asker): Promise<void> {
    const kept = new Map<Height, PastBlock>();
    for (const height of heights) {
      const past = this.get(height) ?? (await this.#read(height));
      if (past !== undefined) kept.set(height, past);
    }
    this.#kept.set(asker, kept);
  }

  async committed(height: Height): Promise<void> {
    const past = await this.#read(height);
    if (past !== undefined) this.#recent.set(height, past);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > pastBlocksRecentMax && oldest !== undefined)
      this.#recent.delete(oldest);
  }

  async #read(height: Height): Promise<PastBlock | undefined> {
    const meta = await this.#blockStore.loadMeta(height);
    const validators = await this.#stateStore.loadValidators(height);
    if (meta === undefined || validators === undefined) return undefined;
    return { time: meta.header.time, validators };
  }
}
