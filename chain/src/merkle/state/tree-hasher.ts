import type { Work } from "#base";
import { benchPairs } from "./hash-bench.ts";
import { hashBits } from "./key-hashes.ts";
import { empty, type NodePool, type Ref } from "./nodes.ts";

/** Calls of the native hasher between two pauses. */
const callsPerPause = 8;

/**
 * Computes the hashes of fresh nodes level by level from the deepest up, many with one native
 * call. A node that skips levels is hashed once where it branches, and once more with an empty
 * sibling for each level that it skips.
 */
export class TreeHasher {
  readonly #nodes: NodePool;
  readonly #levels: Ref[][] = Array.from({ length: hashBits }, () => []);
  #calls = 0;

  constructor(nodes: NodePool) {
    this.#nodes = nodes;
  }

  /** The node is fresh and branches at that depth. */
  mark(node: Ref, depth: number): void {
    this.#levels[depth]?.push(node);
  }

  *run(): Work<void> {
    let lifted: Lifted = { nodes: [], steps: [] };
    for (let depth = hashBits - 1; depth >= 0; depth--) {
      const branching = this.#levels[depth] ?? [];
      const next: Lifted = { nodes: [], steps: [] };
      for (let from = 0; from < branching.length; from += benchPairs) {
        this.#hashBranching(branching.slice(from, from + benchPairs), next);
        if (++this.#calls % callsPerPause === 0) yield;
      }
      for (let from = 0; from < lifted.nodes.length; from += benchPairs) {
        const to = from + benchPairs;
        const part = { nodes: lifted.nodes.slice(from, to), steps: lifted.steps.slice(from, to) };
        this.#hashLifted(part, next);
        if (++this.#calls % callsPerPause === 0) yield;
      }
      branching.length = 0;
      lifted = next;
    }
  }

  #hashBranching(part: readonly Ref[], next: Lifted): void {
    const nodes = this.#nodes;
    let at = 0;
    for (const node of part) {
      nodes.gather(nodes.left(node), at++);
      nodes.gather(nodes.right(node), at++);
    }
    nodes.bench.run(part.length);
    at = 0;
    for (const node of part) {
      nodes.scatter(node, at++);
      if (nodes.skip(node) === 0) nodes.settle(node);
      else climb(next, node);
    }
  }

  #hashLifted(part: Lifted, next: Lifted): void {
    const nodes = this.#nodes;
    for (const [at, node] of part.nodes.entries()) {
      const side = (nodes.bits(node) >>> (part.steps[at] ?? 0)) & 1;
      nodes.gather(node, at * 2 + side);
      nodes.gather(empty, at * 2 + 1 - side);
    }
    nodes.bench.run(part.nodes.length);
    for (const [at, node] of part.nodes.entries()) {
      nodes.scatter(node, at);
      const step = (part.steps[at] ?? 0) + 1;
      if (step === nodes.skip(node)) nodes.settle(node);
      else {
        climb(next, node);
        next.steps[next.steps.length - 1] = step;
      }
    }
  }
}

/** Nodes on their way up through skipped levels, and how many of them they have passed. */
interface Lifted {
  readonly nodes: Ref[];
  readonly steps: number[];
}

function climb(next: Lifted, node: Ref): void {
  next.nodes.push(node);
  next.steps.push(0);
}
