/**
 * Writes a chain of any length without waiting for it: production's stores and executor are fed
 * with blocks that all validators sign at once, and what lies on the disk afterwards is what they
 * would have left. Only where nothing of the chain runs yet.
 */
import { cp } from "node:fs/promises";
import {
  blockIdOf,
  commitFromVotes,
  createAddress,
  createRound,
  createTime,
  emptyCommit,
  equalBlockIds,
  voteSignBytes,
  type Block,
  type BlockId,
  type Commit,
  type Vote,
} from "@pyralog/chain/types";
import type { Crypto } from "@pyralog/chain/crypto";
import { assert, defined, emptyBytes } from "@pyralog/chain/base";
import { makeBlock, nextHeight } from "@pyralog/chain/replica";
import { createApplication } from "@pyralog/node/app";
import { homePaths, loadValidatorKey, type ValidatorKey } from "@pyralog/node/config";
import { loadState, openNode, type Node } from "@pyralog/node/drivers";
import { loadCrypto, openDisk, openTable, systemClock, systemTimers } from "@pyralog/node/io";
import { noMetrics, type Wire } from "@pyralog/node/ports";
import { Wal } from "@pyralog/node/storage";
import type { Fleet } from "./fleet.ts";

const versionsMax = 100;
const blockNs = 1_000_000_000n;
const unused = { proposeMs: 1, proposeDeltaMs: 1, prevoteMs: 1, prevoteDeltaMs: 1 };
const timeouts = { ...unused, precommitMs: 1, precommitDeltaMs: 1, commitMs: 1 };

const alone: Wire = {
  self: "alone",
  start: () => Promise.resolve(),
  send: () => false,
  ban: () => undefined,
  stop: () => Promise.resolve(),
};

export interface WrittenBlock {
  readonly block: Block;
  readonly commit: Commit;
}

/** So many blocks for the first node, copied to these; answers with the first few of them. */
export async function writeChain(
  fleet: Fleet,
  options: {
    readonly blocks: number;
    readonly holders: readonly number[];
    /** How many of them to answer with. */
    readonly shown: number;
  },
): Promise<readonly WrittenBlock[]> {
  const { blocks, holders, shown } = options;
  const { data } = homePaths(fleet.node(0).home);
  const { crypto } = await loadCrypto();
  const tables = {
    chainTable: await openTable(`${data}/chain.db`),
    applicationTable: await openTable(`${data}/application.db`),
    indexTable: await openTable(`${data}/index.db`),
  };
  const disk = await openDisk(data);
  const keys = keysOf(fleet);
  const state = await loadState(tables.applicationTable, { versionsMax });
  const log = { write: () => undefined };
  const node = await openNode({
    ports: {
      ...tables,
      disk,
      wire: alone,
      clock: systemClock,
      timers: systemTimers,
      log,
      metrics: noMetrics,
    },
    genesis: fleet.genesis,
    application: createApplication({ state, crypto }),
    crypto,
    secretKey: defined(keys[0], "there is a validator").secretKey,
    timeouts,
    mempool: {},
    blocksKept: 0,
    failed: (error) => {
      throw error;
    },
  });
  const written: WrittenBlock[] = [];
  for (let count = 0; count < blocks; count++) {
    const block = await writeBlock(node, { keys, crypto });
    if (count < shown) written.push(block);
  }
  const { lastBlockHeight } = node.executor.state;
  await node.stop();
  const wal = await Wal.open({ disk, directory: "wal" });
  await wal.endOf(lastBlockHeight);
  await wal.close();
  for (const table of Object.values(tables)) await table.close();
  for (const holder of holders) await copyChain(data, homePaths(fleet.node(holder).home).data);
  return written;
}

/** Everything but what the other's key has signed. */
async function copyChain(from: string, to: string): Promise<void> {
  for (const name of ["chain.db", "application.db", "index.db", "wal"]) {
    await cp(`${from}/${name}`, `${to}/${name}`, { recursive: true });
  }
}

function keysOf(fleet: Fleet): readonly ValidatorKey[] {
  return fleet.nodes.map(({ home }) => {
    const key = loadValidatorKey(homePaths(home).validatorKey);
    assert(key.kind === "ok", "every validator has its key");
    return key.value;
  });
}

async function writeBlock(
  node: Node,
  by: { readonly keys: readonly ValidatorKey[]; readonly crypto: Crypto },
): Promise<WrittenBlock> {
  const { executor } = node;
  const { state } = executor;
  const proposerAddress = state.validators.proposer.address;
  const lastCommit = executor.lastSeenCommit ?? emptyCommit;
  const block = makeBlock(state, { txs: [], evidence: [], lastCommit, proposerAddress });
  const { blockId, parts } = blockIdOf(block);
  const commit = signCommit(node, { block, blockId, ...by });
  assert(equalBlockIds(commit.blockId, blockId), "the commit is the block's");
  const { height } = block.header;
  const decided = {
    kind: "decided",
    height,
    round: commit.round,
    block,
    blockId,
    parts,
    commit,
  } as const;
  await executor.save(decided);
  await executor.apply(decided);
  return { block, commit };
}

function signCommit(
  node: Node,
  by: {
    readonly block: Block;
    readonly blockId: BlockId;
    readonly keys: readonly ValidatorKey[];
    readonly crypto: Crypto;
  },
): Commit {
  const { state } = node.executor;
  const { block, blockId, keys, crypto } = by;
  const height = nextHeight(state);
  const round = createRound(0);
  const votes: (Vote | undefined)[] = state.validators.validators.map(() => undefined);
  for (const { address, secretKey } of keys) {
    const index = defined(state.validators.indexOf(address), "every key is a validator's");
    const unsigned = {
      type: "precommit",
      height,
      round,
      blockId,
      time: createTime(block.header.time + blockNs),
      validatorAddress: createAddress(address),
      validatorIndex: index,
      extension: emptyBytes,
      extensionSignature: emptyBytes,
    } as const;
    const message = voteSignBytes({ chainId: state.chainId, vote: unsigned });
    votes[index] = { ...unsigned, signature: crypto.signEd25519({ secretKey, message }) };
  }
  return commitFromVotes({ height, round, blockId, votes });
}
