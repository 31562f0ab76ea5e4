/**
 * The one place where a height is applied: block and commit are stored, the application finalizes,
 * answer and chain state are stored, the application's batch is written, then everybody is told
 * (DESIGN §4, order of syncs). Whatever throws on the way stops the node; the next start repairs
 * from where the disk stands.
 */
import type { Application, FinalizeBlockResponse } from "@pyralog/chain/abci";
import { equalBytes, type Result } from "@pyralog/chain/base";
import type { Effect } from "@pyralog/chain/consensus";
import type { Crypto } from "@pyralog/chain/crypto";
import {
  encodeChainState,
  finalizeRequestOf,
  nextChainState,
  processRequestOf,
  replicaError,
  validateBlock,
  type ChainState,
  type ReplicaError,
} from "@pyralog/chain/replica";
import {
  blockIdKey,
  createHeight,
  txHash,
  type Block,
  type BlockId,
  type Commit,
  type Evidence,
  type Height,
  type Vote,
} from "@pyralog/chain/types";
import type { Clock, Log, Metrics, Table, Timers } from "#ports";
import type { BlockStore, StateStore } from "#storage";
import type { EvidenceDriver } from "./evidence-driver.ts";
import type { CommittedBlock } from "./events.ts";
import { runSliced } from "./sliced.ts";

type DecidedBlock = Extract<Effect, { kind: "decided" }>;

interface Named {
  readonly block: Block;
  readonly blockId: BlockId;
}

export interface ExecutorWorld {
  readonly application: Application;
  readonly blockStore: BlockStore;
  readonly stateStore: StateStore;
  readonly applicationTable: Table;
  readonly evidence: EvidenceDriver;
  readonly crypto: Crypto;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly metrics: Metrics;
  /** The block is committed and durable; the pool, the index and subscribers follow. */
  readonly committed: (block: CommittedBlock) => Promise<void>;
}

export class BlockExecutor {
  readonly #world: ExecutorWorld;
  #state: ChainState;
  #lastSeenCommit: Commit | undefined;
  /** The block of this height that was found valid last. */
  #valid: string | undefined;

  constructor(
    world: ExecutorWorld,
    at: { readonly state: ChainState; readonly lastSeenCommit: Commit | undefined },
  ) {
    this.#world = world;
    this.#state = at.state;
    this.#lastSeenCommit = at.lastSeenCommit;
  }

  get state(): ChainState {
    return this.#state;
  }

  /** The commit by which the last block was seen decided; none before the first block. */
  get lastSeenCommit(): Commit | undefined {
    return this.#lastSeenCommit;
  }

  /** valid(v): the block may come next, and the application takes it. */
  async accepts(named: Named): Promise<boolean> {
    const { application, log } = this.#world;
    const verdict = await this.#validate(named);
    if (verdict.kind === "refused") {
      const { code, facts } = verdict.error;
      log.write("warn", "a proposed block is not valid", { code, ...facts });
      return false;
    }
    const work = application.processProposal(processRequestOf(this.#state, named));
    const accepted = await runSliced(work, this.#world);
    if (!accepted) log.write("warn", "the application refuses a proposed block");
    return accepted;
  }

  async #validate({ block, blockId }: Named): Promise<Result<Block, ReplicaError>> {
    const { crypto, evidence } = this.#world;
    await evidence.prepare(block.evidence, this.#state.consensusParams.evidence.maxBytes);
    const judges = { crypto, evidence: (pieces: readonly Evidence[]) => evidence.check(pieces) };
    const verdict = validateBlock(this.#state, { block, judges });
    if (verdict.kind === "ok") this.#valid = blockIdKey(blockId);
    return verdict;
  }

  extension({
    blockId,
    height,
  }: {
    readonly blockId: BlockId;
    readonly height: Height;
  }): Uint8Array {
    return this.#world.application.extendVote({ hash: blockId.hash, height });
  }

  acceptsExtension({ blockId, height, validatorAddress, extension }: Vote): boolean {
    if (blockId.kind === "nil") return extension.length === 0;
    const { hash } = blockId;
    const { application } = this.#world;
    return application.verifyVoteExtension({ hash, height, validatorAddress, extension });
  }

  /**
   * Block and commit, durable, before anything follows from them. One that was not proposed here
   * but came decided out of a peer's store is validated first.
   */
  async save({ block, blockId, parts, commit }: DecidedBlock): Promise<void> {
    if (this.#valid !== blockIdKey(blockId)) agreed(await this.#validate({ block, blockId }));
    await this.#world.blockStore.saveBlock({ block, blockId, parts, seenCommit: commit });
  }

  /** Finalizes a stored block, from consensus or after a crash. */
  async apply(decided: Named & { readonly commit: Commit }): Promise<void> {
    const { block, blockId, commit } = decided;
    const { application, stateStore, metrics } = this.#world;
    const started = this.#world.clock.monotonicMs();
    const response = await this.#finalize(decided);
    for (const { where, error } of response.loud ?? []) {
      // Rolled back and paid for like any failure, and yet a mistake of ours.
      this.#world.log.write("error", "a handler failed", { where, err: error });
    }
    const state = agreed(nextChainState(this.#state, { block, blockId, response }));
    const evidence = await this.#world.evidence.committed(block, state.consensusParams.evidence);
    const update = stateUpdateOf(state, { height: block.header.height, response });
    await stateStore.save({ ...update, evidence });
    await this.#commitApplication();
    this.#state = state;
    this.#lastSeenCommit = commit;
    application.committed();
    const elapsedMs = this.#world.clock.monotonicMs() - started;
    metrics.observe("state_block_processing_time", { value: elapsedMs });
    const txHashes = block.txs.map(txHash);
    const { height } = block.header;
    await this.#world.committed({ height, block, blockId, commit, response, txHashes, state });
  }

  /** Brings the application alone past a block that the chain state covers already. */
  async replay(named: Named, at: Pick<ChainState, "lastValidators" | "appHash">): Promise<void> {
    const request = finalizeRequestOf(at, named);
    const response = await runSliced(this.#world.application.finalizeBlock(request), this.#world);
    if (!equalBytes(response.appHash, at.appHash)) {
      throw replicaError("APP_HASH_MISMATCH", { height: named.block.header.height });
    }
    await this.#commitApplication();
    this.#world.application.committed();
  }

  #finalize(named: Named): Promise<FinalizeBlockResponse> {
    const request = finalizeRequestOf(this.#state, named);
    return runSliced(this.#world.application.finalizeBlock(request), this.#world);
  }

  async #commitApplication(): Promise<void> {
    const { application, applicationTable } = this.#world;
    await applicationTable.write(application.commit().batch);
  }
}

/** What two thirds decided cannot be refused any more: the node stops, for people to look. */
function agreed<Value>(verdict: Result<Value, Error>): Value {
  if (verdict.kind === "refused") throw verdict.error;
  return verdict.value;
}

/** What the state store writes after a height: the sets and parameters that became known. */
function stateUpdateOf(
  state: ChainState,
  finalized: { readonly height: Height; readonly response: FinalizeBlockResponse },
): Parameters<StateStore["save"]>[0] {
  const { height, response } = finalized;
  return {
    state: encodeChainState(state),
    validators: [
      {
        height: createHeight(height + 2n),
        value: state.nextValidators,
        changed: state.lastHeightValidatorsChanged,
      },
    ],
    params: [
      {
        height: createHeight(height + 1n),
        value: state.consensusParams,
        changed: state.lastHeightParamsChanged,
      },
    ],
    results: { height, value: response },
  };
}
