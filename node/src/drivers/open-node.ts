/** Opens a node's stores, repairs what a crash left, and joins the node over them. */
import { EvidencePool } from "@pyralog/chain/evidence";
import { Mempool, type BlockLimits } from "@pyralog/chain/mempool";
import { decodeChainState, type ChainState } from "@pyralog/chain/replica";
import {
  blockBytesLimit,
  createHeight,
  maxDataBytes,
  type ConsensusParams,
  type GenesisDocument,
  type Height,
} from "@pyralog/chain/types";
import { BlockStore, EventIndex, SignStore, StateStore, Wal } from "#storage";
import { EvidenceDriver, PastBlocks } from "./evidence-driver.ts";
import { NodeEvents, type CommittedBlock } from "./events.ts";
import { MempoolDriver } from "./mempool-driver.ts";
import { dropper, Node, type NodeOptions, type Stores } from "./node.ts";
import { prune } from "./prune.ts";
import { recover } from "./recover.ts";
import { takingTurns } from "./taking-turns.ts";

/** Where the sign record lies on the node's disk; `pyralogd init` makes it with the key. */
export const signRecordPath = "sign-record";
const walDirectory = "wal";

/** Opens the stores and repairs what a crash left; nothing runs yet. */
export async function openNode(options: NodeOptions): Promise<Node> {
  const { ports, genesis, application, crypto } = options;
  const stores = await openStores(options);
  const { cutBytes } = stores.wal;
  if (cutBytes > 0) ports.log.write("warn", "cut a torn end off the consensus log", { cutBytes });
  const stored = await stores.stateStore.loadState();
  const saved = stored === undefined ? undefined : decodeChainState(stored);
  await repairIndex(stores, saved?.lastBlockHeight ?? createHeight(0n));
  const events = new NodeEvents();
  const evidence = await openEvidence({ options, stores, saved });
  const height = saved?.lastBlockHeight ?? createHeight(0n);
  const mempool = new MempoolDriver({
    ...ports,
    height,
    application,
    pool: new Mempool({
      limits: options.mempool,
      block: blockLimits(saved?.consensusParams ?? genesis.consensusParams, genesis),
      height,
    }),
    drop: dropper(ports),
    failed: options.failed,
  });
  const world = { ...ports, ...stores, application, crypto, evidence };
  const committed = follower({ options, stores, events, mempool });
  const executor = await recover({ ...world, committed }, { genesis, saved });
  return new Node({ options, stores, events, mempool, evidence, executor });
}

async function openStores({ ports, walSegmentBytes }: NodeOptions): Promise<Stores> {
  const { disk, chainTable, indexTable, timers } = ports;
  const blocks = await BlockStore.open(chainTable, "block/");
  const states = await StateStore.open(chainTable, "state/");
  const segments = walSegmentBytes === undefined ? {} : { segmentBytes: walSegmentBytes };
  // A sequence is used up with the transaction, so nothing succeeds twice.
  const indexed = { blocks, states, succeedsOnce: true, timers, turns: takingTurns(timers) };
  return {
    blockStore: blocks,
    stateStore: states,
    index: await EventIndex.open({ table: indexTable, prefix: "", ...indexed }),
    wal: await Wal.open({ disk, directory: walDirectory, ...segments }),
    signStore: await SignStore.open({ disk, path: signRecordPath }),
  };
}

/** The index follows the state store: what a crash kept from it is indexed from the blocks. */
async function repairIndex({ index, blockStore, stateStore }: Stores, to: Height): Promise<void> {
  const from = index.height === 0n ? blockStore.base : createHeight(index.height + 1n);
  for (let height = from; height !== 0n && height <= to; height = createHeight(height + 1n)) {
    const block = await blockStore.loadBlock(height);
    const results = await stateStore.loadResults(height);
    if (block === undefined || results === undefined) continue;
    await index.indexBlock({ height, txs: block.txs, results });
  }
}

async function openEvidence(parts: {
  readonly options: NodeOptions;
  readonly stores: Stores;
  readonly saved: ChainState | undefined;
}): Promise<EvidenceDriver> {
  const { options, stores, saved } = parts;
  const { genesis, crypto } = options;
  const past = new PastBlocks(stores);
  if (saved !== undefined) await past.loadRecent(saved.lastBlockHeight);
  const records: (readonly [Uint8Array, Uint8Array])[] = [];
  for await (const record of stores.stateStore.loadEvidence()) records.push(record);
  const pool = new EvidencePool({
    chainId: genesis.chainId,
    crypto,
    past: (height) => past.get(height),
    position: {
      height: saved?.lastBlockHeight ?? createHeight(0n),
      time: saved?.lastBlockTime ?? genesis.genesisTime,
      params: (saved?.consensusParams ?? genesis.consensusParams).evidence,
    },
    records,
  });
  return new EvidenceDriver({ pool, past });
}

function blockLimits(params: ConsensusParams, { validators }: GenesisDocument): BlockLimits {
  const txBytesMax = maxDataBytes({
    maxBytes: blockBytesLimit(params.block.maxBytes),
    evidenceBytes: 0n,
    validatorCount: validators.length,
  });
  return { txBytesMax: Number(txBytesMax), gasMax: params.block.maxGas };
}

/** What follows a committed block: the pool at once, then the index, then whoever listens. */
function follower(parts: {
  readonly options: NodeOptions;
  readonly stores: Stores;
  readonly events: NodeEvents;
  readonly mempool: MempoolDriver;
}): (committed: CommittedBlock) => Promise<void> {
  const { options, stores, events, mempool } = parts;
  return async (committed) => {
    const { height, block, response, state } = committed;
    mempool.step({
      kind: "block-committed",
      height,
      txs: block.txs,
      codes: response.txResults.map((result) => result.code),
      block: blockLimits(state.consensusParams, options.genesis),
    });
    await stores.index.indexBlock({ height, txs: block.txs, results: response });
    events.publish({ kind: "block", ...committed });
    const { evidence } = state.consensusParams;
    const { time } = block.header;
    await prune(stores, { height, time, evidence, kept: options.blocksKept });
  };
}
