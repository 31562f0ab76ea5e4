/**
 * What a disk may give back, by what it is said to be: a segment of the write-ahead log, the file
 * of the sign record, an entry, a record, a chain state. It is read, repaired, or refused by name.
 */
import { bytesFromText, ChainError, equalBytes } from "@pyralog/chain/base";
import { decodeSignRecord, decodeWalEntry, encodeWalEntry } from "@pyralog/chain/consensus";
import { decodeChainState } from "@pyralog/chain/replica";
import { createHeight, createRound, decodeBlock, encodeBlock } from "@pyralog/chain/types";
import type { Disk, DiskFile } from "@pyralog/node/ports";
import { SignStore, Wal } from "@pyralog/node/storage";
import { aBlock } from "../../../chain/test/consensus/a-block.ts";
import { aProposal, aVote, someValidators } from "../../../chain/test/consensus/some-validators.ts";
import { atDoor } from "../at-door.ts";
import type { Target } from "../target.ts";

const segment = "wal/0000000001.log";
const signPath = "sign";

/** Files in memory, whose every promise is kept at once. */
class MemoryDisk implements Disk {
  readonly files = new Map<string, Uint8Array>();

  list(directory: string): Promise<readonly string[]> {
    const prefix = `${directory}/`;
    const names = [...this.files.keys()].filter((path) => path.startsWith(prefix));
    return Promise.resolve(names.map((path) => path.slice(prefix.length)).toSorted());
  }

  open(path: string): Promise<DiskFile> {
    const { files } = this;
    const bytes = (): Uint8Array => files.get(path) ?? new Uint8Array(0);
    files.set(path, bytes());
    return Promise.resolve({
      size: () => Promise.resolve(bytes().length),
      read: ({ offset, length }) => Promise.resolve(bytes().slice(offset, offset + length)),
      write: (offset, written) => {
        const grown = new Uint8Array(Math.max(bytes().length, offset + written.length));
        grown.set(bytes());
        grown.set(written, offset);
        files.set(path, grown);
        return Promise.resolve();
      },
      truncate: (length) => {
        const cut = new Uint8Array(length);
        cut.set(bytes().subarray(0, length));
        files.set(path, cut);
        return Promise.resolve();
      },
      sync: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
  }

  remove(path: string): Promise<void> {
    this.files.delete(path);
    return Promise.resolve();
  }

  replace(path: string, bytes: Uint8Array): Promise<void> {
    this.files.set(path, bytes.slice());
    return Promise.resolve();
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.files.get(path)?.slice());
  }
}

async function entriesOf(wal: Wal): Promise<readonly Uint8Array[]> {
  const entries: Uint8Array[] = [];
  const from = wal.endHeight;
  if (from === undefined) return entries;
  for await (const entry of wal.replay(createHeight(from))) entries.push(entry);
  return entries;
}

/** Whatever was there: what is read twice is the same, and what is written after it stays. */
async function readSegment(bytes: Uint8Array): Promise<void> {
  const disk = new MemoryDisk();
  disk.files.set(segment, bytes);
  const wal = await Wal.open({ disk, directory: "wal" });
  const before = await entriesOf(wal);
  await wal.endOf(createHeight(2n ** 40n));
  wal.append(bytesFromText("after"));
  await wal.sync();
  await wal.close();
  const again = await Wal.open({ disk, directory: "wal" });
  const after = await entriesOf(again);
  await again.close();
  const [only] = after;
  if (after.length !== 1 || only === undefined || !equalBytes(only, bytesFromText("after"))) {
    throw new Error(`after ${before.length} entries the one written then is not there`);
  }
}

async function readSignFile(bytes: Uint8Array): Promise<void> {
  const disk = new MemoryDisk();
  disk.files.set(signPath, bytes);
  const store = await SignStore.open({ disk, path: signPath });
  await store.close();
}

function decoding(decode: (bytes: Uint8Array) => unknown): (bytes: Uint8Array) => Promise<void> {
  return (bytes) => {
    decode(bytes);
    return Promise.resolve();
  };
}

const doors: readonly ((bytes: Uint8Array) => Promise<void>)[] = [
  readSegment,
  readSignFile,
  decoding(decodeWalEntry),
  decoding(decodeSignRecord),
  decoding(decodeChainState),
  decoding(decodeBlock),
];

export async function createTarget(): Promise<Target> {
  return {
    shape: "protobuf",
    prefixBytes: 1,
    seeds: await seeds(),
    tokens: [bytesFromText("test-chain")],
    async run(input) {
      try {
        await doors[(input[0] ?? 0) % doors.length]?.(input.subarray(1));
      } catch (error) {
        // Named by the store or the codec: the node stops with a clear line.
        if (!(error instanceof ChainError)) throw error;
      }
    },
  };
}

async function seeds(): Promise<readonly Uint8Array[]> {
  const validators = someValidators();
  const { block, blockId } = aBlock("A");
  const proposal = aProposal(validators, { by: 0, blockId });
  const vote = aVote(validators, { type: "precommit", by: 1, blockId });
  const [height, round] = [createHeight(1n), createRound(0)];
  const entries = [
    encodeWalEntry({ kind: "proposal", proposal }),
    encodeWalEntry({ kind: "vote", vote }),
    encodeWalEntry({ kind: "round-started", height, round }),
  ];
  const disk = new MemoryDisk();
  const wal = await Wal.open({ disk, directory: "wal" });
  await wal.endOf(createHeight(0n));
  for (const entry of entries) wal.append(entry);
  await wal.sync();
  await wal.endOf(height);
  await wal.close();
  await SignStore.create({ disk, path: signPath });
  return [
    atDoor(0, disk.files.get(segment)),
    atDoor(1, disk.files.get(signPath)),
    ...entries.map((entry) => atDoor(2, entry)),
    atDoor(3, Uint8Array.of(8, 1, 16, 1)),
    atDoor(4, Uint8Array.of(10, 1, 97, 16, 1)),
    atDoor(5, encodeBlock(block)),
  ];
}
