import { benchPairs, HashBench } from "./hash-bench.ts";
import {
  bitsOf,
  hashesAt,
  leftAt,
  nodeWords,
  pathAt,
  rightAt,
  skipOf,
  type InnerNodes,
} from "./inner-nodes.ts";
import { hashBits } from "./key-hashes.ts";
import { wordsPerHash, type Ref } from "./refs.ts";

const nodesFirst = 32;
const wordsPerPair = 2 * wordsPerHash;

/**
 * New inner nodes whose hashes are still due. They are made side by side in memory that is used
 * again and again, hashed there level by level, many with one native call, and written to their
 * own places once, when they are complete: those places are all over a large memory, and each
 * visit to one costs more than the hash.
 */
export class FreshNodes {
  /** The hash of the one settled node that has no parent. */
  readonly top = new Uint32Array(wordsPerHash);
  readonly #inners: InnerNodes;
  readonly #bench = new HashBench();
  readonly #levels: number[][] = Array.from({ length: hashBits }, () => []);
  #count = 0;
  #words = new Uint32Array(nodesFirst * nodeWords);
  #refs = new Uint32Array(nodesFirst);
  /** The parent times two plus the side; −1 for none. */
  #parents = new Int32Array(nodesFirst);
  /** Hashes on their way up through the levels that their nodes skip. */
  #climbing = new Uint32Array(nodesFirst * wordsPerHash);
  /** How many of those levels they have passed. */
  #steps = new Uint8Array(nodesFirst);

  constructor(inners: InnerNodes) {
    this.#inners = inners;
  }

  get words(): Uint32Array {
    return this.#words;
  }

  /** Forgets an update that was not finished. */
  clear(): void {
    this.#count = 0;
    for (const level of this.#levels) level.length = 0;
  }

  /** A node of two sides that skips nothing. The hashes of its sides are the caller's to fill in. */
  create(left: Ref, right: Ref): number {
    if (this.#count === this.#refs.length) this.#grow();
    const index = this.#count++;
    const base = index * nodeWords;
    this.#words[base + leftAt] = left;
    this.#words[base + rightAt] = right;
    this.#words[base + pathAt] = 0;
    this.#refs[index] = this.#inners.take();
    this.#parents[index] = -1;
    this.#steps[index] = 0;
    return index;
  }

  /** As `create`, with the words of a node as it was. */
  copy(before: Ref): number {
    const index = this.create(0, 0);
    const page = this.#inners.pageOf(before);
    const from = this.#inners.baseOf(before);
    const to = index * nodeWords;
    for (let word = 0; word < nodeWords; word++) this.#words[to + word] = page[from + word] ?? 0;
    return index;
  }

  /** Only one side of a copied node is another: its hash is the caller's to fill in. */
  setSide(place: number, child: Ref): void {
    this.#words[(place >> 1) * nodeWords + leftAt + (place & 1)] = child;
  }

  ref(index: number): Ref {
    return this.#refs[index] ?? 0;
  }

  path(index: number): number {
    return this.#words[index * nodeWords + pathAt] ?? 0;
  }

  setPath(index: number, path: number): void {
    this.#words[index * nodeWords + pathAt] = path;
  }

  /** Where in `words` the hash of one side begins. */
  hashAt(index: number, side: number): number {
    return index * nodeWords + hashesAt + side * wordsPerHash;
  }

  /** Where the node's hash goes: the parent times two plus the side. */
  setParent(index: number, parent: number): void {
    this.#parents[index] = parent;
  }

  /** The node branches at that depth, and waits for its hash. */
  mark(index: number, depth: number): void {
    this.#levels[depth]?.push(index);
  }

  /** Hashes all nodes, from the deepest up, and writes them to their places. */
  settle(): void {
    let lifted: number[] = [];
    for (let depth = hashBits - 1; depth >= 0; depth--) {
      const level = this.#levels[depth];
      if (level === undefined || level.length + lifted.length === 0) continue;
      const next: number[] = [];
      for (let from = 0; from < level.length; from += benchPairs) {
        this.#hash(level.slice(from, from + benchPairs), next);
      }
      for (let from = 0; from < lifted.length; from += benchPairs) {
        this.#lift(lifted.slice(from, from + benchPairs), next);
      }
      level.length = 0;
      lifted = next;
    }
    this.#write();
  }

  /** Hashes nodes where they branch. */
  #hash(part: readonly number[], next: number[]): void {
    const { input } = this.#bench;
    const words = this.#words;
    let to = 0;
    for (const index of part) {
      const from = this.hashAt(index, 0);
      for (let word = 0; word < wordsPerPair; word++) input[to++] = words[from + word] ?? 0;
    }
    this.#bench.run(part.length);
    this.#deliver(part, next);
  }

  /** Hashes nodes once more at a level that they skip, where the other side is empty. */
  #lift(part: readonly number[], next: number[]): void {
    const { input } = this.#bench;
    input.fill(0, 0, part.length * wordsPerPair);
    let at = 0;
    for (const index of part) {
      const step = this.#steps[index] ?? 0;
      const side = (bitsOf(this.path(index)) >>> step) & 1;
      const from = index * wordsPerHash;
      const to = (at + side) * wordsPerHash;
      for (let word = 0; word < wordsPerHash; word++) {
        input[to + word] = this.#climbing[from + word] ?? 0;
      }
      this.#steps[index] = step + 1;
      at += 2;
    }
    this.#bench.run(part.length);
    this.#deliver(part, next);
  }

  /** Hands hashes that have reached their nodes' tops to the parents; the others climb on. */
  #deliver(part: readonly number[], next: number[]): void {
    const { output } = this.#bench;
    let from = 0;
    for (const index of part) {
      let [target, to] = [this.#climbing, index * wordsPerHash];
      if (this.#steps[index] !== skipOf(this.path(index))) next.push(index);
      else {
        const parent = this.#parents[index] ?? -1;
        target = parent < 0 ? this.top : this.#words;
        to = parent < 0 ? 0 : this.hashAt(parent >> 1, parent & 1);
      }
      for (let word = 0; word < wordsPerHash; word++) target[to + word] = output[from++] ?? 0;
    }
  }

  #write(): void {
    const words = this.#words;
    let from = 0;
    for (let index = 0; index < this.#count; index++) {
      const ref = this.#refs[index] ?? 0;
      const page = this.#inners.pageOf(ref);
      const to = this.#inners.baseOf(ref);
      for (let word = 0; word < nodeWords; word++) page[to + word] = words[from++] ?? 0;
    }
    this.#count = 0;
  }

  #grow(): void {
    this.#words = grown(this.#words, new Uint32Array(this.#words.length * 2));
    this.#climbing = grown(this.#climbing, new Uint32Array(this.#climbing.length * 2));
    this.#refs = grown(this.#refs, new Uint32Array(this.#refs.length * 2));
    this.#parents = grown(this.#parents, new Int32Array(this.#parents.length * 2));
    this.#steps = grown(this.#steps, new Uint8Array(this.#steps.length * 2));
  }
}

function grown<Words extends Uint8Array | Uint32Array | Int32Array>(
  before: Words,
  after: Words,
): Words {
  after.set(before);
  return after;
}
