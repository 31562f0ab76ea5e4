/**
 * Brings stores and application to one height at the start (DESIGN §4): reads where each stands,
 * has `planHandshake` decide, and carries the steps out. Nothing is repaired by hand.
 */
import type { InitChainResponse } from "@pyralog/chain/abci";
import { assert, defined, equalBytes } from "@pyralog/chain/base";
import {
  chainStateFromGenesis,
  encodeChainState,
  planHandshake,
  replicaError,
  type ChainState,
  type HandshakeStep,
} from "@pyralog/chain/replica";
import {
  createHeight,
  hashResults,
  type Block,
  type BlockId,
  type Commit,
  type GenesisDocument,
  type Height,
} from "@pyralog/chain/types";
import { BlockExecutor, type ExecutorWorld } from "./block-executor.ts";
import { runSliced } from "./sliced.ts";

export async function recover(
  world: ExecutorWorld,
  from: { readonly genesis: GenesisDocument; readonly saved: ChainState | undefined },
): Promise<BlockExecutor> {
  const { genesis, saved } = from;
  const { blockStore, application, log } = world;
  if (saved !== undefined && saved.chainId !== genesis.chainId) {
    throw replicaError("BLOCK_CHAIN_ID", { stored: saved.chainId, genesis: genesis.chainId });
  }
  const plan = planHandshake({
    initialHeight: genesis.initialHeight,
    storeBase: blockStore.base,
    storeHeight: blockStore.height,
    stateHeight: saved?.lastBlockHeight ?? createHeight(0n),
    appHeight: application.info().lastBlockHeight,
  });
  if (plan.kind === "refused") throw plan.error;
  const state = await stateAtStart(world, { genesis, saved, steps: plan.value });
  const lastSeenCommit = await blockStore.loadSeenCommit(state.lastBlockHeight);
  const executor = new BlockExecutor(world, { state, lastSeenCommit });
  for (const step of plan.value) {
    if (step.kind === "init-chain") continue;
    log.write("info", "going on from the disk", { step: step.kind, height: step.height });
    await carryOut(step, { world, executor });
  }
  agreeOnHash(world, executor.state);
  return executor;
}

/** At one height, chain state and application must know one hash (DESIGN §4). */
function agreeOnHash(
  { application }: ExecutorWorld,
  { lastBlockHeight, appHash }: ChainState,
): void {
  if (lastBlockHeight === 0n) return;
  const info = application.info();
  if (equalBytes(info.lastBlockAppHash, appHash)) return;
  throw replicaError("APP_HASH_MISMATCH", { height: lastBlockHeight });
}

/** A saved state, or the one that the genesis document and InitChain give. */
async function stateAtStart(
  world: ExecutorWorld,
  start: {
    readonly genesis: GenesisDocument;
    readonly saved: ChainState | undefined;
    readonly steps: readonly HandshakeStep[];
  },
): Promise<ChainState> {
  const { genesis, saved, steps } = start;
  if (!steps.some((step) => step.kind === "init-chain")) {
    return defined(saved, "an application past genesis has a chain state");
  }
  const response = await initChain(world, genesis);
  if (saved !== undefined && saved.lastBlockHeight > 0n) return saved;
  const state = genesisState(genesis, response);
  await world.stateStore.save({
    state: encodeChainState(state),
    validators: [0n, 1n].map((offset) => ({
      height: createHeight(genesis.initialHeight + offset),
      value: offset === 0n ? state.validators : state.nextValidators,
      changed: createHeight(genesis.initialHeight + offset),
    })),
    params: [
      {
        height: genesis.initialHeight,
        value: state.consensusParams,
        changed: genesis.initialHeight,
      },
    ],
  });
  return state;
}

function initChain(world: ExecutorWorld, genesis: GenesisDocument): Promise<InitChainResponse> {
  const work = world.application.initChain({
    time: genesis.genesisTime,
    chainId: genesis.chainId,
    consensusParams: genesis.consensusParams,
    validators: genesis.validators,
    appStateBytes: new TextEncoder().encode(genesis.appState),
    initialHeight: genesis.initialHeight,
  });
  return runSliced(work, world);
}

function genesisState(genesis: GenesisDocument, response: InitChainResponse): ChainState {
  const state = chainStateFromGenesis({
    genesis,
    validators: response.validators.length === 0 ? genesis.validators : response.validators,
    consensusParams: response.consensusParams ?? genesis.consensusParams,
    appHash: response.appHash.length === 0 ? genesis.appHash : response.appHash,
    resultsHash: hashResults([]),
  });
  if (state.kind === "refused") throw state.error;
  return state.value;
}

async function carryOut(
  step: Exclude<HandshakeStep, { kind: "init-chain" }>,
  options: { readonly world: ExecutorWorld; readonly executor: BlockExecutor },
): Promise<void> {
  const { world, executor } = options;
  const stored = await storedBlock(world, step.height);
  switch (step.kind) {
    case "apply":
      assert(executor.state.lastBlockHeight < step.height, "blocks are applied in order");
      await executor.apply(stored);
      return;
    case "replay-application":
      await executor.replay(stored, await replayFacts(world, stored.block));
      return;
  }
}

interface StoredBlock {
  readonly block: Block;
  readonly blockId: BlockId;
  readonly commit: Commit;
}

async function storedBlock({ blockStore }: ExecutorWorld, height: Height): Promise<StoredBlock> {
  const block = await blockStore.loadBlock(height);
  const meta = await blockStore.loadMeta(height);
  const commit = await blockStore.loadSeenCommit(height);
  return {
    block: defined(block, "a block of the plan is stored"),
    blockId: defined(meta, "a stored block has its meta").blockId,
    commit: defined(commit, "a stored block has its commit"),
  };
}

/** What finalizing a past block again needs: who had voted before it, and what came of it. */
async function replayFacts(
  { stateStore }: ExecutorWorld,
  block: Block,
): Promise<Pick<ChainState, "lastValidators" | "appHash">> {
  const { height } = block.header;
  const results = await stateStore.loadResults(height);
  const first = block.lastCommit.signatures.length === 0;
  const before = createHeight(height - 1n);
  return {
    lastValidators: first ? undefined : await stateStore.loadValidators(before),
    appHash: defined(results, "the state store holds what was finalized").appHash,
  };
}
