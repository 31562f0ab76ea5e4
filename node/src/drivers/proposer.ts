/** Builds the block that this node proposes: what the pool offers, as the application orders it. */
import type { Application } from "@pyralog/chain/abci";
import type { Effect, InputBody } from "@pyralog/chain/consensus";
import { evidenceListBytes } from "@pyralog/chain/evidence";
import { commitInfoOf, makeBlock, misbehaviorOf } from "@pyralog/chain/replica";
import {
  blockBytesLimit,
  blockIdOf,
  hashValidatorSet,
  maxDataBytes,
  type Address,
} from "@pyralog/chain/types";
import type { Clock, Timers } from "#ports";
import type { BlockExecutor } from "./block-executor.ts";
import type { EvidenceDriver } from "./evidence-driver.ts";
import type { MempoolDriver } from "./mempool-driver.ts";
import { runSliced } from "./sliced.ts";

type BuildBlock = Extract<Effect, { kind: "build-block" }>;

export class Proposer {
  readonly #application: Application;
  readonly #executor: BlockExecutor;
  readonly #mempool: MempoolDriver;
  readonly #evidence: EvidenceDriver;
  readonly #address: Address;
  readonly #world: { readonly clock: Clock; readonly timers: Timers };

  constructor(options: {
    readonly application: Application;
    readonly executor: BlockExecutor;
    readonly mempool: MempoolDriver;
    readonly evidence: EvidenceDriver;
    readonly address: Address;
    readonly clock: Clock;
    readonly timers: Timers;
  }) {
    this.#application = options.application;
    this.#executor = options.executor;
    this.#mempool = options.mempool;
    this.#evidence = options.evidence;
    this.#address = options.address;
    this.#world = options;
  }

  async build({ height, round, lastCommit }: BuildBlock): Promise<InputBody> {
    const { state } = this.#executor;
    const { block: blockParams, evidence: evidenceParams } = state.consensusParams;
    const evidence = this.#evidence.pending(evidenceParams.maxBytes);
    const txBytesMax = maxDataBytes({
      maxBytes: blockBytesLimit(blockParams.maxBytes),
      evidenceBytes: evidenceListBytes(evidence),
      validatorCount: state.validators.validators.length,
    });
    const contents = { evidence, lastCommit, proposerAddress: this.#address };
    const empty = makeBlock(state, { ...contents, txs: [] });
    const reaped = this.#mempool.pool.reap({
      bytesMax: Number(txBytesMax),
      gasMax: blockParams.maxGas,
    });
    const work = this.#application.prepareProposal({
      txs: reaped,
      txBytesMax,
      localLastCommit: commitInfoOf(lastCommit, state.lastValidators),
      misbehavior: misbehaviorOf(evidence),
      height,
      time: empty.header.time,
      nextValidatorsHash: hashValidatorSet(state.nextValidators),
      proposerAddress: this.#address,
    });
    const { txs, poisonous } = await runSliced(work, this.#world);
    if (poisonous.length > 0) this.#mempool.pool.remove(poisonous);
    const block = txs.length === 0 ? empty : makeBlock(state, { ...contents, txs });
    const { blockId, parts } = blockIdOf(block);
    return { kind: "block-built", height, round, block, blockId, parts };
  }
}
