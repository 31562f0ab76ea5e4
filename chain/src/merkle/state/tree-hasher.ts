import type { Work } from "#base";
import { benchPairs, type HashBench } from "./hash-bench.ts";
import type { InnerNodes } from "./inner-nodes.ts";
import { hashBits } from "./key-hashes.ts";
import { wordsPerHash, type Ref } from "./refs.ts";
import type { StateTree } from "./state-tree.ts";

/** Calls of the native hasher between two pauses. */
const callsPerPause = 8;
const wordsPerPair = 2 * wordsPerHash;

/**
 * Computes the hashes of new nodes level by level from the deepest up, many with one native call,
 * and hands each to the node's parent. A node that skips levels is hashed once where it branches,
 * and once more with an empty sibling for each level that it skips.
 */
export class TreeHasher {
  /** The hash of the one new node that has no parent. */
  readonly root = new Uint32Array(wordsPerHash);
  readonly #nodes: InnerNodes;
  readonly #bench: HashBench;
  readonly #levels: Ref[][] = Array.from({ length: hashBits }, () => []);
  #calls = 0;

  constructor(tree: StateTree) {
    this.#nodes = tree.inners;
    this.#bench = tree.bench;
  }

  /** The node is new and branches at that depth. */
  mark(node: Ref, depth: number): void {
    this.#levels[depth]?.push(node);
  }

  /** @yields a pause */
  *run(): Work<void> {
    let lifted = new Lifted();
    for (let depth = hashBits - 1; depth >= 0; depth--) {
      const branching = this.#levels[depth] ?? [];
      const next = new Lifted();
      for (let from = 0; from < branching.length; from += benchPairs) {
        this.#hashBranching(branching.slice(from, from + benchPairs), next);
        if (++this.#calls % callsPerPause === 0) yield;
      }
      for (let from = 0; from < lifted.nodes.length; from += benchPairs) {
        this.#hashLifted({ lifted, from, next });
        if (++this.#calls % callsPerPause === 0) yield;
      }
      branching.length = 0;
      lifted = next;
    }
  }

  #hashBranching(part: readonly Ref[], next: Lifted): void {
    const { input, output } = this.#bench;
    const nodes = this.#nodes;
    let to = 0;
    for (const node of part) {
      const page = nodes.pageOf(node);
      const from = nodes.hashAt(node, 0);
      for (let word = 0; word < wordsPerPair; word++) input[to++] = page[from + word] ?? 0;
    }
    this.#bench.run(part.length);
    let from = 0;
    for (const node of part) {
      if (nodes.skip(node) === 0) this.#deliver(node, from);
      else next.add(node, 0).copy(output, from);
      from += wordsPerHash;
    }
  }

  #hashLifted(work: {
    readonly lifted: Lifted;
    readonly from: number;
    readonly next: Lifted;
  }): void {
    const { lifted, from, next } = work;
    const { input, output } = this.#bench;
    const count = Math.min(benchPairs, lifted.nodes.length - from);
    input.fill(0, 0, count * wordsPerPair);
    for (let at = 0; at < count; at++) {
      const node = lifted.nodes[from + at] ?? 0;
      const side = (this.#nodes.bits(node) >>> (lifted.steps[from + at] ?? 0)) & 1;
      const to = (at * 2 + side) * wordsPerHash;
      const hash = (from + at) * wordsPerHash;
      for (let word = 0; word < wordsPerHash; word++) {
        input[to + word] = lifted.hashes[hash + word] ?? 0;
      }
    }
    this.#bench.run(count);
    for (let at = 0; at < count; at++) {
      const node = lifted.nodes[from + at] ?? 0;
      const step = (lifted.steps[from + at] ?? 0) + 1;
      const place = at * wordsPerHash;
      if (step === this.#nodes.skip(node)) this.#deliver(node, place);
      else next.add(node, step).copy(output, place);
    }
  }

  /** The hash at a node's top goes to its parent. */
  #deliver(node: Ref, from: number): void {
    const { output } = this.#bench;
    const parent = this.#nodes.parent(node);
    const page = parent === 0 ? this.root : this.#nodes.pageOf(parent);
    const to = parent === 0 ? 0 : this.#nodes.hashAt(parent, parent & 1);
    for (let word = 0; word < wordsPerHash; word++) page[to + word] = output[from + word] ?? 0;
  }
}

/** Nodes on their way up through skipped levels: how many they have passed, and their hashes. */
class Lifted {
  readonly nodes: Ref[] = [];
  readonly steps: number[] = [];
  hashes = new Uint32Array(0);

  /** The node's hash is to be copied next. */
  add(node: Ref, step: number): this {
    this.nodes.push(node);
    this.steps.push(step);
    if (this.nodes.length * wordsPerHash > this.hashes.length) {
      const grown = new Uint32Array(Math.max(64 * wordsPerHash, this.hashes.length * 2));
      grown.set(this.hashes);
      this.hashes = grown;
    }
    return this;
  }

  copy(output: Uint32Array, from: number): void {
    const to = (this.nodes.length - 1) * wordsPerHash;
    for (let word = 0; word < wordsPerHash; word++)
      this.hashes[to + word] = output[from + word] ?? 0;
  }
}
