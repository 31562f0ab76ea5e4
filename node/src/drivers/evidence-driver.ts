/**
 * Lends the evidence pool what it may not fetch itself: the times and validators of past heights.
 * They are read from the stores before the pool is asked, so that the pool can stay synchronous.
 */
import type { EvidencePool, PastBlock } from "@pyralog/chain/evidence";
import type { Result } from "@pyralog/chain/base";
import type { Block, ConsensusParams, Evidence, Height, Vote } from "@pyralog/chain/types";
import type { TableWrite } from "#ports";
import type { BlockStore, StateStore } from "#storage";

const pastMax = 256;

export class EvidenceDriver {
  readonly #pool: EvidencePool;
  readonly #past: PastBlocks;

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

  async prepare(evidence: readonly Evidence[]): Promise<void> {
    for (const { voteA } of evidence) await this.#past.load(voteA.height);
  }

  /** Evidence from a client. */
  async add(evidence: Evidence): Promise<Result<"added" | "known", Error>> {
    await this.prepare([evidence]);
    return this.#pool.add(evidence);
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
    await this.#past.load(height);
    this.#pool.markCommitted({ height, time, params, evidence: block.evidence });
    return this.#pool.takeWrites();
  }
}

/** Times and validators of heights, read ahead from the stores. */
export class PastBlocks {
  readonly #blockStore: BlockStore;
  readonly #stateStore: StateStore;
  readonly #blocks = new Map<Height, PastBlock>();

  constructor(options: { readonly blockStore: BlockStore; readonly stateStore: StateStore }) {
    this.#blockStore = options.blockStore;
    this.#stateStore = options.stateStore;
  }

  get(height: Height): PastBlock | undefined {
    return this.#blocks.get(height);
  }

  async load(height: Height): Promise<void> {
    if (this.#blocks.has(height)) return;
    const meta = await this.#blockStore.loadMeta(height);
    const validators = await this.#stateStore.loadValidators(height);
    if (meta === undefined || validators === undefined) return;
    this.#blocks.set(height, { time: meta.header.time, validators });
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > pastMax && oldest !== undefined) this.#blocks.delete(oldest);
  }
}
