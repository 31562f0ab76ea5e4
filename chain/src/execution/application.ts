/**
 * The application behind the ABCI seam. It keeps three states apart: the committed one, which
 * queries read; the pool's, an overlay that each commit renews; and those of blocks executed ahead
 * of their decision, of which FinalizeBlock takes over the decided one.
 */
import { assert, defined, emptyBytes, type Work } from "#base";
import type {
  Application,
  CheckTxRequest,
  CheckTxResponse,
  CommitResponse,
  FinalizeBlockRequest,
  FinalizeBlockResponse,
  InfoResponse,
  InitChainRequest,
  InitChainResponse,
  PrepareProposalRequest,
  PrepareProposalResponse,
  ProcessProposalRequest,
  QueryRequest,
  QueryResponse,
} from "#abci";
import type { StagedState, StateReader, StateWrite, VersionedState } from "#merkle";
import { createHeight, zeroTime, type Height, type Time } from "#types";
import { blockKey } from "./block-key.ts";
import { BlockRun, txLimits } from "./block-run.ts";
import { checkTransaction } from "./check.ts";
import { Environment, type ExecutionOptions } from "./environment.ts";
import { ExecutionStopped } from "./failures.ts";
import { runGenesis } from "./genesis-run.ts";
import { limits } from "./limits.ts";
import { Overlay } from "./overlay.ts";
import { acceptsTransactions, selectTransactions } from "./propose.ts";
import { answerQuery, applicationVersion } from "./query-router.ts";
import type { TxLimits } from "./runner.ts";
import { hashTx, type HashedTx } from "./transaction-cache.ts";

/** What FinalizeBlock made and Commit has not made durable yet. */
interface Finalized {
  readonly staged: StagedState;
  readonly txs: readonly HashedTx[];
  readonly height: Height;
  readonly time: Time;
}

export class TransactionApplication implements Application {
  readonly #options: ExecutionOptions;
  readonly #state: VersionedState;
  #environment: Environment | undefined;
  /** The genesis state, until the first block is committed together with it. */
  #genesis: Overlay | undefined;
  #pool: Overlay;
  /** Found with the first check after each commit. */
  #poolLimits: TxLimits | undefined;
  /** The first block that a transaction of the pool can stand in. */
  #heightNext: Height;
  /** Of the latest block; unknown from a restart to the next block. */
  #time: Time = zeroTime;
  #finalized: Finalized | undefined;
  /** By block key, the oldest first. */
  readonly #ahead = new Map<string, BlockRun>();

  constructor(options: ExecutionOptions & { readonly state: VersionedState }) {
    this.#options = options;
    this.#state = options.state;
    this.#environment = Environment.from(options, options.state.latest());
    this.#pool = new Overlay(options.state.latest());
    this.#heightNext = createHeight(options.state.latest().version + 1n);
  }

  info(): InfoResponse {
    const { version, root } = this.#state.latest();
    return {
      data: "pyralog",
      version: applicationVersion,
      appVersion: 0n,
      lastBlockHeight: createHeight(version),
      lastBlockAppHash: version === 0n ? emptyBytes : root,
    };
  }

  *initChain(request: InitChainRequest): Work<InitChainResponse> {
    const below = this.#state.latest();
    assert(below.version === 0n, "genesis comes before every block");
    const genesis = runGenesis(request, { composition: this.#options, below });
    this.#environment = new Environment(this.#options, genesis.chain);
    this.#genesis = genesis.overlay;
    this.#pool = new Overlay(genesis.overlay);
    this.#poolLimits = undefined;
    this.#time = request.time;
    this.#heightNext = request.initialHeight;
    const { root } = yield* this.#state.stage(genesis.overlay.writes(), 0n);
    return { validators: genesis.validators, appHash: root };
  }

  checkTx(request: CheckTxRequest): CheckTxResponse {
    const environment = this.#known();
    const block = environment.facts(this.#heightNext, this.#time);
    const overlay = this.#pool;
    this.#poolLimits ??= txLimits(overlay, { block, keepers: this.#options.keepers });
    const pool = { environment, overlay, block, limits: this.#poolLimits };
    const response = checkTransaction(request, pool);
    overlay.settle(limits.poolReadsRemembered);
    this.#genesis?.settle(limits.poolReadsRemembered);
    return response;
  }

  *prepareProposal(request: PrepareProposalRequest): Work<PrepareProposalResponse> {
    const create = (): BlockRun => this.#createRun(request);
    const { txBytesMax, localLastCommit: lastCommit } = request;
    const offered = request.txs.map(hashTx);
    const { run, txs, poisonous } = yield* selectTransactions(offered, { create, txBytesMax });
    this.#remember(blockKey({ ...request, lastCommit, txs }), run);
    return { txs: txs.map(({ bytes }) => bytes), poisonous };
  }

  *processProposal(request: ProcessProposalRequest): Work<boolean> {
    const txs = request.txs.map(hashTx);
    const key = blockKey({ ...request, lastCommit: request.proposedLastCommit, txs });
    if (this.#ahead.has(key)) return true;
    const run = this.#createRun(request);
    const isAccepted = yield* acceptsTransactions(txs, run);
    if (isAccepted) this.#remember(key, run);
    return isAccepted;
  }

  extendVote(): Uint8Array {
    return emptyBytes;
  }

  verifyVoteExtension(request: { readonly extension: Uint8Array }): boolean {
    return request.extension.length === 0;
  }

  /**
   * @throws what must stop the node, where nobody executed the block ahead.
   * @yields a pause
   */
  *finalizeBlock(request: FinalizeBlockRequest): Work<FinalizeBlockResponse> {
    const txs = request.txs.map(hashTx);
    const key = blockKey({ ...request, lastCommit: request.decidedLastCommit, txs });
    const run = this.#ahead.get(key) ?? (yield* this.#execute({ ...request, txs }));
    const staged = yield* this.#state.stage(this.#writes(run), request.height);
    this.#finalized = { staged, txs, height: request.height, time: request.time };
    return {
      events: [],
      txResults: run.results,
      validatorUpdates: [],
      ...run.paramUpdates(),
      appHash: staged.root,
      loud: run.loud,
    };
  }

  commit(): CommitResponse {
    const { staged } = defined(this.#finalized, "a block is finalized before it is committed");
    return { retainHeight: createHeight(0n), batch: staged.batch };
  }

  committed(): void {
    const { staged, txs, height, time } = defined(this.#finalized, "a block is committed once");
    this.#state.commit(staged);
    this.#finalized = undefined;
    this.#genesis = undefined;
    this.#ahead.clear();
    for (const tx of txs) this.#environment?.transactions.forget(tx);
    this.#time = time;
    this.#heightNext = createHeight(height + 1n);
    this.#pool = new Overlay(this.#state.latest());
    this.#poolLimits = undefined;
  }

  query(request: QueryRequest): Work<QueryResponse> {
    const [state, environment, time] = [this.#state, this.#environment, this.#time];
    return answerQuery(request, { state, environment, time });
  }

  *#execute(request: {
    readonly txs: readonly HashedTx[];
    readonly height: Height;
    readonly time: Time;
  }): Work<BlockRun> {
    const run = this.#createRun(request);
    for (const [index, tx] of request.txs.entries()) {
      if (index % limits.txsPerTurn === limits.txsPerTurn - 1) yield undefined;
      stopping(() => run.deliver(tx), { height: request.height, hash: tx.hash });
    }
    stopping(() => run.checkInvariants(), { height: request.height });
    return run;
  }

  #createRun({ height, time }: { readonly height: Height; readonly time: Time }): BlockRun {
    const environment = this.#known();
    return new BlockRun({
      below: this.#below(),
      block: environment.facts(height, time),
      services: environment.blocks,
    });
  }

  #remember(key: string, run: BlockRun): void {
    this.#ahead.set(key, run);
    for (const oldest of this.#ahead.keys()) {
      if (this.#ahead.size <= limits.blocksExecutedAhead) return;
      this.#ahead.delete(oldest);
    }
  }

  /** The first block is committed together with the genesis below it. */
  #writes(run: BlockRun): readonly StateWrite[] {
    const genesis = this.#genesis;
    if (genesis === undefined) return run.overlay.writes();
    const whole = new Overlay(this.#state.latest());
    for (const { key, value } of [...genesis.writes(), ...run.overlay.writes()]) {
      if (value === undefined) whole.delete(key);
      else whole.set(key, value);
    }
    return whole.writes();
  }

  #below(): StateReader {
    return this.#genesis ?? this.#state.latest();
  }

  #known(): Environment {
    return defined(this.#environment, "the chain is known before its transactions are");
  }
}

/** Runs what a decided block demands: whatever it throws stops the node, which says where. */
function stopping<Value>(
  run: () => Value,
  at: { readonly height: Height; readonly hash?: Uint8Array },
): Value {
  try {
    return run();
  } catch (error) {
    throw new ExecutionStopped(error, at);
  }
}
