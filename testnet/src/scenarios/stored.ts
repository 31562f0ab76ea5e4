/** Everything that a node's stores give, as text to compare; each store for itself. */
import { bytesFromText, hexFromBytes } from "@pyralog/chain/base";
import { sha256 } from "@pyralog/chain/crypto";
import { decodeChainState } from "@pyralog/chain/replica";
import {
  createHeight,
  encodeBlock,
  encodeBlockResults,
  encodeCommit,
  encodeConsensusParams,
  encodeValidatorSet,
  type Height,
} from "@pyralog/chain/types";
import { loadState, signRecordPath } from "@pyralog/node/drivers";
import { openDisk, openTable } from "@pyralog/node/io";
import type { Table } from "@pyralog/node/ports";
import { BlockStore, SignStore, StateStore, Wal } from "@pyralog/node/storage";

export interface StoredChain {
  readonly digests: ReadonlyMap<string, string>;
  /** What blocks, and the state after the last one, say of the application. */
  readonly roots: ReadonlySet<string>;
  readonly base: Height;
  readonly height: Height;
  readonly stateHeight: Height;
  readonly initialHeight: Height;
}

export interface StoredApplication {
  readonly version: bigint;
  readonly root: string;
}

/** A table as the node opens it; tests put one that lies in between. */
type Wrapping = (table: Table) => Table;
const versionsMax = 100;

export async function readChain(
  data: string,
  wrapped: Wrapping = (table) => table,
): Promise<StoredChain> {
  const table = await openTable(`${data}/chain.db`);
  try {
    return await chainIn(wrapped(table));
  } finally {
    await table.close();
  }
}

async function chainIn(table: Table): Promise<StoredChain> {
  const blocks = await BlockStore.open(table, "block/");
  const states = await StateStore.open(table, "state/");
  const digests = new Map<string, string>();
  const roots = new Set<string>();
  const note = (name: string, bytes: Uint8Array | undefined): void =>
    void digests.set(name, bytes === undefined ? "none" : digestOf(bytes));
  const { base, height } = blocks;
  for (const at of heights(base, height)) {
    const meta = await blocks.loadMeta(at);
    if (meta !== undefined) roots.add(hexFromBytes(meta.header.appHash));
    await noteBlock(blocks, { at, note });
  }
  const stored = await states.loadState();
  note("state", stored);
  const state = stored === undefined ? undefined : decodeChainState(stored);
  const stateHeight = state?.lastBlockHeight ?? createHeight(0n);
  for (const at of heights(base, stateHeight)) await noteState(states, { at, note });
  const initialHeight = state?.initialHeight ?? createHeight(1n);
  if (state !== undefined) roots.add(hexFromBytes(state.appHash));
  return { digests, roots, base, height, stateHeight, initialHeight };
}

interface Noting {
  readonly at: Height;
  readonly note: (name: string, bytes: Uint8Array | undefined) => void;
}

async function noteBlock(blocks: BlockStore, { at, note }: Noting): Promise<void> {
  const meta = await blocks.loadMeta(at);
  const found = meta === undefined ? undefined : await blocks.heightOf(meta.blockId.hash);
  note(`hash ${at}`, bytesFromText(String(found)));
  note(`block ${at}`, mapped(await blocks.loadBlock(at), encodeBlock));
  note(`seen ${at}`, mapped(await blocks.loadSeenCommit(at), encodeCommit));
  note(`commit ${at}`, mapped(await blocks.loadCommit(at), encodeCommit));
}

async function noteState(states: StateStore, { at, note }: Noting): Promise<void> {
  note(`results ${at}`, mapped(await states.loadResults(at), encodeBlockResults));
  note(`validators ${at}`, mapped(await states.loadValidators(at), encodeValidatorSet));
  note(`params ${at}`, mapped(await states.loadParams(at), encodeConsensusParams));
}

function* heights(first: Height, last: Height): Generator<Height> {
  for (let at = first; at !== 0n && at <= last; at = createHeight(at + 1n)) yield at;
}

export async function readApplication(data: string): Promise<StoredApplication> {
  const table = await openTable(`${data}/application.db`);
  try {
    const state = await loadState(table, { versionsMax });
    const { version, root } = state.latest();
    return { version, root: hexFromBytes(root) };
  } finally {
    await table.close();
  }
}

export interface StoredLog {
  readonly entries: readonly string[];
  readonly cutBytes: number;
}

export async function readWal(data: string): Promise<StoredLog> {
  const wal = await Wal.open({ disk: await openDisk(data), directory: "wal" });
  const { cutBytes, endHeight = 0n } = wal;
  const entries: string[] = [];
  let first = 0n;
  while (first < endHeight && !wal.hasEndOf(createHeight(first))) first++;
  if (wal.hasEndOf(createHeight(first))) {
    for await (const entry of wal.replay(createHeight(first))) entries.push(digestOf(entry));
  }
  await wal.close();
  return { entries, cutBytes };
}

export async function readSignRecord(data: string): Promise<string> {
  const disk = await openDisk(data);
  const store = await SignStore.open({ disk, path: signRecordPath });
  const { revision, record } = store.present;
  await store.close();
  return `${revision}:${digestOf(record)}`;
}

function mapped<Value>(
  value: Value | undefined,
  encode: (value: Value) => Uint8Array,
): Uint8Array | undefined {
  return value === undefined ? undefined : encode(value);
}

function digestOf(bytes: Uint8Array): string {
  return hexFromBytes(sha256(bytes));
}
