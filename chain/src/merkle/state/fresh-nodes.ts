import { benchPairs, HashBench } from "./hash-bench.ts";
import type { HashSource, HashSources } from "./hash-source.ts";
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
import { empty, wordsPerHash, type Ref } from "./refs.ts";

const nodesFirst = 32;
const wordsPerPair = 2 * wordsPerHash;

/**
 * New inner nodes whose hashes are still due. They wait side by side in memory that is used again
 * and again, are hashed level by level, many with one native call, and are written to their own
 * places once, when they are complete: those places are all over a large memory, and each visit to
 * one costs more than the hash.
 */
export class FreshNodes {
  /** Written only so that reading ahead has a use. */
  warmed = 0;
  readonly #inners: InnerNodes;
  readonly #bench = new HashBench();
  readonly #levels: number[][] = Array.from({ length: hashBits }, () => []);
  #sources: HashSources | undefined;
  #count = 0;
  #refs = new Uint32Array(nodesFirst);
  #paths = new Uint32Array(nodesFirst);
  /** Two a node: the children, and where their hashes are. */
  #children = new Uint32Array(2 * nodesFirst);
  #childSources = new Int32Array(2 * nodesFirst);
  /** The nodes' own hashes, as far as they have climbed. */
  #hashes = new Uint32Array(nodesFirst * wordsPerHash);
  /** How many of the levels that their nodes skip they have passed. */
  #steps = new Uint8Array(nodesFirst);

  constructor(inners: InnerNodes) {
    this.#inners = inners;
  }

  /** By index: the hash of a node at its top, once it is settled. */
  get hashes(): Uint32Array {
    return this.#hashes;
  }

  /** Forgets all nodes. Those of an update that was not finished were never written. */
  clear(): void {
    this.#count = 0;
    for (const level of this.#levels) level.length = 0;
  }

  /** A node of that path whose children the caller sets. */
  create(path: number): number {
    if (this.#count === this.#refs.length) this.#grow();
    const index = this.#count++;
    this.#refs[index] = this.#inners.take();
    this.#paths[index] = path;
    this.#steps[index] = 0;
    return index;
  }

  ref(index: number): Ref {
    return this.#refs[index] ?? 0;
  }

  path(index: number): number {
    return this.#paths[index] ?? 0;
  }

  setPath(index: number, path: number): void {
    this.#paths[index] = path;
  }

  /** The place is an index times two plus the side. */
  setChild(place: number, child: Ref): void {
    this.#children[place] = child;
  }

  /** Where the hash of that child is. */
  setSource(place: number, source: HashSource): void {
    this.#childSources[place] = source;
  }

  /** The node branches at that depth, and waits for its hash. */
  mark(index: number, depth: number): void {
    this.#levels[depth]?.push(index);
  }

  /** Hashes all nodes from the deepest up and writes them to their places. */
  settle(sources: HashSources): void {
    this.#fetch();
    let lifted: number[] = [];
    for (let depth = hashBits - 1; depth >= 0; depth--) {
      const level = this.#levels[depth];
      if (level === undefined || level.length + lifted.length === 0) continue;
      const next: number[] = [];
      for (let from = 0; from < level.length; from += benchPairs) {
        this.#hash(level.slice(from, from + benchPairs), sources);
      }
      for (let from = 0; from < lifted.length; from += benchPairs) {
        this.#lift(lifted.slice(from, from + benchPairs));
      }
      for (const index of level) if (this.#isClimbing(index)) next.push(index);
      for (const index of lifted) if (this.#isClimbing(index)) next.push(index);
      level.length = 0;
      lifted = next;
    }
    this.#count = 0;
  }

  /** Reads the places of all nodes, so that many cold ones are waited for at once. */
  #fetch(): void {
    let warmed = 0;
    for (let index = 0; index < this.#count; index++) {
      const ref = this.#refs[index] ?? 0;
      const page = this.#inners.pageOf(ref);
      const base = this.#inners.baseOf(ref);
      warmed ^= (page[base] ?? 0) ^ (page[base + nodeWords - 1] ?? 0);
    }
    this.warmed = warmed;
  }

  #isClimbing(index: number): boolean {
    return this.#steps[index] !== skipOf(this.path(index));
  }

  /** Hashes nodes where they branch, and writes them. */
  #hash(part: readonly number[], sources: HashSources): void {
    this.#sources = sources;
    let to = 0;
    for (const index of part) {
      this.#bring(index * 2, to);
      this.#bring(index * 2 + 1, to + wordsPerHash);
      to += wordsPerPair;
    }
    this.#bench.run(part.length);
    let at = 0;
    for (const index of part) {
      this.#write(index, at * wordsPerPair);
      this.#keep(index, at++ * wordsPerHash);
    }
  }

  /** Puts the hash of a child on the bench. */
  #bring(place: number, to: number): void {
    const { input } = this.#bench;
    const sources = this.#sources;
    if (sources === undefined || this.#children[place] === empty) {
      for (let word = 0; word < wordsPerHash; word++) input[to + word] = 0;
      return;
    }
    const source = this.#childSources[place] ?? 0;
    const page = sources.pageOf(source);
    const from = sources.placeOf(source);
    for (let word = 0; word < wordsPerHash; word++) input[to + word] = page[from + word] ?? 0;
  }

  /** A node's words go to its own place, the hashes of its sides from the bench. */
  #write(index: number, from: number): void {
    const { input } = this.#bench;
    const ref = this.#refs[index] ?? 0;
    const page = this.#inners.pageOf(ref);
    const base = this.#inners.baseOf(ref);
    page[base + leftAt] = this.#children[index * 2] ?? 0;
    page[base + rightAt] = this.#children[index * 2 + 1] ?? 0;
    page[base + pathAt] = this.path(index);
    const to = base + hashesAt;
    for (let word = 0; word < wordsPerPair; word++) page[to + word] = input[from + word] ?? 0;
  }

  #keep(index: number, from: number): void {
    const { output } = this.#bench;
    const to = index * wordsPerHash;
    for (let word = 0; word < wordsPerHash; word++) {
      this.#hashes[to + word] = output[from + word] ?? 0;
    }
  }

  /** Hashes nodes once more at a level that they skip, where the other side is empty. */
  #lift(part: readonly number[]): void {
    const { input } = this.#bench;
    input.fill(0, 0, part.length * wordsPerPair);
    let at = 0;
    for (const index of part) {
      const step = this.#steps[index] ?? 0;
      const side = (bitsOf(this.path(index)) >>> step) & 1;
      const [from, to] = [index * wordsPerHash, (at + side) * wordsPerHash];
      for (let word = 0; word < wordsPerHash; word++) {
        input[to + word] = this.#hashes[from + word] ?? 0;
      }
      this.#steps[index] = step + 1;
      at += 2;
    }
    this.#bench.run(part.length);
    at = 0;
    for (const index of part) this.#keep(index, at++ * wordsPerHash);
  }

  #grow(): void {
    this.#refs = grown(this.#refs, new Uint32Array(this.#refs.length * 2));
    this.#paths = grown(this.#paths, new Uint32Array(this.#paths.length * 2));
    this.#children = grown(this.#children, new Uint32Array(this.#children.length * 2));
    this.#childSources = grown(this.#childSources, new Int32Array(this.#childSources.length * 2));
    this.#hashes = grown(this.#hashes, new Uint32Array(this.#hashes.length * 2));
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
