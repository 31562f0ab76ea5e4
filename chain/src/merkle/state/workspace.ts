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
  #order = new Uint32Array(0);

  constructor(inners: InnerNodes) {
    this.fresh = new FreshNodes(inners);
  }

  /** Room for the hashes of a batch: of its keys and one more, and of its leaves. */
  hashesFor(count: number): { readonly hashes: KeyHashes; readonly leafHashes: KeyHashes } {
    if (count > sharedEntries) {
      return { hashes: new KeyHashes(count + 1), leafHashes: new KeyHashes(count) };
    }
    this.#hashes.reserve(count + 1);
    this.#leafHashes.reserve(count);
    return { hashes: this.#hashes, leafHashes: this.#leafHashes };
  }

  /** The numbers below the count, in order. */
  orderFor(count: number): Uint32Array {
    if (this.#order.length < count) {
      this.#order = new Uint32Array(Math.max(count, this.#order.length * 2));
      for (let entry = 0; entry < this.#order.length; entry++) this.#order[entry] = entry;
    }
    return this.#order.slice(0, count);
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
