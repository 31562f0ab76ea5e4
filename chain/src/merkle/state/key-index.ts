/**
 * The keys of all kept versions in byte order, for ordered scans (as etcd's treeIndex). Whether a
 * version has a key is the tree's to say; the index only names candidates, so that one index
 * serves every version.
 */
import { defined } from "#base";
import { KeyArena, type KeyId } from "./key-arena.ts";

const chunkIds = 512;

/** A run of keys in order. Only a lone chunk is ever empty. */
interface Chunk {
  readonly ids: Uint32Array;
  count: number;
}

interface Place {
  readonly chunk: number;
  readonly at: number;
}

export class KeyIndex {
  readonly arena = new KeyArena();
  readonly #chunks: Chunk[] = [{ ids: new Uint32Array(chunkIds), count: 0 }];
  /** Goes up with every insertion and removal: places found before are void. */
  #changes = 0;

  get bytes(): number {
    return this.arena.bytes + this.#chunks.length * chunkIds * 4;
  }

  /** The key's number, new or known, with one use more. */
  acquire(key: Uint8Array): KeyId {
    const place = this.#lowerBound(key);
    const known = this.#idAt(place);
    const isKnown = known !== undefined && this.arena.compare(known, key) === 0;
    const id = isKnown ? known : this.#insert(key, place);
    this.arena.retain(id);
    return id;
  }

  /** As `acquire`, for a key beyond all others: so the keys of a table come when it is loaded. */
  append(key: Uint8Array): KeyId {
    const id = this.#insert(key, this.#end());
    this.arena.retain(id);
    return id;
  }

  /** One use less; with the last one, the key is forgotten. */
  release(id: KeyId): void {
    if (this.arena.release(id) > 0) return;
    this.#remove(this.#lowerBound(this.arena.view(id)));
    this.arena.free(id);
  }

  /**
   * Copies of the keys at or after `start`, upwards. The index may change between two steps; what
   * is inserted behind the walk is not seen.
   * @yields a key
   */
  *upwards(start: Uint8Array): Generator<Uint8Array, undefined> {
    let place = this.#lowerBound(start);
    for (let id = this.#idAt(place); id !== undefined; id = this.#idAt(place)) {
      const changes = this.#changes;
      const key = this.arena.view(id).slice();
      yield key;
      const next = changes === this.#changes ? place : this.#lowerBound(key);
      const isThere = changes === this.#changes || this.#has(next, key);
      place = isThere ? this.#onward(next) : next;
    }
  }

  /**
   * Copies of the keys before `end` (without one: of all), downwards.
   * @yields a key
   */
  *downwards(end?: Uint8Array): Generator<Uint8Array, undefined> {
    let place = this.#back(end === undefined ? this.#end() : this.#lowerBound(end));
    for (let id = this.#idAt(place); id !== undefined; id = this.#idAt(place)) {
      const changes = this.#changes;
      const key = this.arena.view(id).slice();
      yield key;
      place = this.#back(changes === this.#changes ? place : this.#lowerBound(key));
    }
  }

  #has(place: Place, key: Uint8Array): boolean {
    const id = this.#idAt(place);
    return id !== undefined && this.arena.compare(id, key) === 0;
  }

  #idAt({ chunk, at }: Place): KeyId | undefined {
    const found = this.#chunks[chunk];
    return found === undefined || at >= found.count ? undefined : found.ids[at];
  }

  #onward({ chunk, at }: Place): Place {
    const isInside = at + 1 < (this.#chunks[chunk]?.count ?? 0);
    return isInside ? { chunk, at: at + 1 } : { chunk: chunk + 1, at: 0 };
  }

  #back({ chunk, at }: Place): Place {
    if (at > 0) return { chunk, at: at - 1 };
    return { chunk: chunk - 1, at: (this.#chunks[chunk - 1]?.count ?? 0) - 1 };
  }

  #end(): Place {
    const chunk = this.#chunks.length - 1;
    return { chunk, at: this.#chunks[chunk]?.count ?? 0 };
  }

  /** The place of the first key that is not below the given one; past the last if there is none. */
  #lowerBound(key: Uint8Array): Place {
    let [low, high] = [0, this.#chunks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#isBelow({ chunk: middle, at: 0 }, key)) low = middle;
      else high = middle - 1;
    }
    const chunk = low;
    [low, high] = [0, this.#chunks[chunk]?.count ?? 0];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#isBelow({ chunk, at: middle }, key)) low = middle + 1;
      else high = middle;
    }
    const isPastChunk = low === this.#chunks[chunk]?.count && chunk + 1 < this.#chunks.length;
    return isPastChunk ? { chunk: chunk + 1, at: 0 } : { chunk, at: low };
  }

  #isBelow(place: Place, key: Uint8Array): boolean {
    const id = this.#idAt(place);
    return id !== undefined && this.arena.compare(id, key) < 0;
  }

  #insert(key: Uint8Array, place: Place): KeyId {
    const id = this.arena.create(key);
    const { chunk, at } = this.#roomAt(place);
    const { ids, count } = this.#chunkAt(chunk);
    ids.copyWithin(at + 1, at, count);
    ids[at] = id;
    this.#chunkAt(chunk).count++;
    this.#changes++;
    return id;
  }

  /** Where the place lies once its chunk has room for one key more. */
  #roomAt({ chunk, at }: Place): Place {
    const full = this.#chunkAt(chunk);
    if (full.count < chunkIds) return { chunk, at };
    // Keys that come in order fill each chunk to its end; any others split it in halves.
    const kept = at === chunkIds ? chunkIds : chunkIds / 2;
    const split: Chunk = { ids: new Uint32Array(chunkIds), count: chunkIds - kept };
    split.ids.set(full.ids.subarray(kept));
    full.count = kept;
    this.#chunks.splice(chunk + 1, 0, split);
    return at < kept ? { chunk, at } : { chunk: chunk + 1, at: at - kept };
  }

  #remove({ chunk, at }: Place): void {
    const found = this.#chunkAt(chunk);
    found.ids.copyWithin(at, at + 1, found.count);
    found.count--;
    if (found.count === 0 && this.#chunks.length > 1) this.#chunks.splice(chunk, 1);
    this.#changes++;
  }

  #chunkAt(chunk: number): Chunk {
    return defined(this.#chunks[chunk], "a place lies in a chunk");
  }
}
