import { Frames } from "./frames.ts";
import { FreshNodes } from "./fresh-nodes.ts";
import { HashList } from "./hash-source.ts";
import type { InnerNodes } from "./inner-nodes.ts";
import { KeyHashes } from "./key-hashes.ts";
import { RefList } from "./ref-list.ts";

/** Batches up to this size share their memory with the batches before and after them. */
const sharedEntries = 4096;

/**
 * What one update of a tree works in. The next one uses the same memory, which by then is warm,
 * and spares the collector what would otherwise be most of its work. One update at a time.
 */
export class Workspace {
  readonly frames = new Frames();
  readonly fresh: FreshNodes;
  readonly settled = new HashList();
  /** Inner nodes that the new tree has and the old one has not. */
  readonly created = new RefList();
  /** Nodes that the old tree has and the new one has not, but for leaves of removed keys. */
  readonly retired = new RefList();
  /** Leaves whose keys the new tree has no more. */
  readonly removed = new RefList();
  readonly #hashes = new KeyHashes(0);
  readonly #leafHashes = new KeyHashes(0);
  #room = 0;
  #leaves = none;
  #replaced = none;
  #order = none;
  /** The numbers from zero on. */
  #numbers = none;

  constructor(inners: InnerNodes) {
    this.fresh = new FreshNodes(inners);
  }

  /** The columns of a batch: hashed keys and one more, hashes of leaves, leaves, replaced ones. */
  columnsFor(count: number): BatchColumns {
    if (count > sharedEntries) {
      return {
        hashes: new KeyHashes(count + 1),
        leafHashes: new KeyHashes(count),
        leaves: new Uint32Array(count),
        replaced: new Uint32Array(count),
      };
    }
    this.#makeRoom(count);
    this.#hashes.reserve(count + 1);
    this.#leafHashes.reserve(count);
    return {
      hashes: this.#hashes,
      leafHashes: this.#leafHashes,
      leaves: this.#leaves.subarray(0, count).fill(0),
      replaced: this.#replaced.subarray(0, count).fill(0),
    };
  }

  /** The numbers below the count, in order. */
  orderFor(count: number): Uint32Array {
    if (count > sharedEntries) return numbers(count);
    this.#makeRoom(count);
    const order = this.#order.subarray(0, count);
    order.set(this.#numbers.subarray(0, count));
    return order;
  }

  #makeRoom(count: number): void {
    if (count <= this.#room) return;
    this.#room = Math.max(count, this.#room * 2);
    this.#leaves = new Uint32Array(this.#room);
    this.#replaced = new Uint32Array(this.#room);
    this.#order = new Uint32Array(this.#room);
    this.#numbers = numbers(this.#room);
  }

  clear(): void {
    this.frames.count = 0;
    this.fresh.clear();
    this.settled.clear();
    this.created.clear();
    this.retired.clear();
    this.removed.clear();
  }
}

/** What a batch says of its entries, and what is found out about them. */
export interface BatchColumns {
  readonly hashes: KeyHashes;
  readonly leafHashes: KeyHashes;
  readonly leaves: Uint32Array;
  readonly replaced: Uint32Array;
}

const none: Uint32Array = new Uint32Array(0);

function numbers(count: number): Uint32Array {
  const found = new Uint32Array(count);
  for (let number = 0; number < count; number++) found[number] = number;
  return found;
}
