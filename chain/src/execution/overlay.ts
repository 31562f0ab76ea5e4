/**
 * Writes that are not committed yet, over a state that does not change meanwhile. One map holds
 * the newest value of every key that was touched, and a journal takes it back to any mark: a block,
 * its transactions and their messages share one overlay instead of nesting three.
 */
import { assert, compareBytes, equalBytes, latin1FromBytes } from "#base";
import type { KeyScan, StateReader, StateWrite } from "#merkle";

interface Entry {
  readonly key: Uint8Array;
  /** What lies below: the value that a write replaces. */
  readonly before: Uint8Array | undefined;
  value: Uint8Array | undefined;
  written: boolean;
}

interface Undo {
  readonly entry: Entry;
  readonly value: Uint8Array | undefined;
  readonly written: boolean;
}

/** One key whose value differs from the one below. */
export interface StateChange {
  readonly key: Uint8Array;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

/** The state below could not be read: nothing that depends on it may become a result. */
export class StateFailure extends Error {
  override readonly name = "StateFailure";

  constructor(cause: unknown) {
    super(`the state cannot be read: ${String(cause)}`, { cause });
  }
}

/** Keys that were made anew each time would fill it for nothing. */
const aliasesMax = 65_536;

export class Overlay implements StateReader {
  readonly #below: StateReader;
  readonly #entries = new Map<string, Entry>();
  /** By the very array that asked: keys that are asked for often are made once (`KeyCache`). */
  readonly #byKey = new Map<Uint8Array, Entry>();
  readonly #journal: Undo[] = [];
  #found: readonly StateChange[] | undefined;
  /** Entries that were written, as of the last time that reads were forgotten. */
  #written = 0;

  constructor(below: StateReader) {
    this.#below = below;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#entry(key).value;
  }

  /** Whether the key had no value before. */
  set(key: Uint8Array, value: Uint8Array): boolean {
    assert(key.length > 0 && value.length > 0, "keys and values of the state are not empty");
    const entry = this.#entry(key);
    const isNew = entry.value === undefined;
    this.#write(entry, value);
    return isNew;
  }

  delete(key: Uint8Array): void {
    const entry = this.#entry(key);
    if (entry.value !== undefined) this.#write(entry, undefined);
  }

  #write(entry: Entry, value: Uint8Array | undefined): void {
    this.#found = undefined;
    this.#journal.push({ entry, value: entry.value, written: entry.written });
    entry.value = value;
    entry.written = true;
  }

  #entry(key: Uint8Array): Entry {
    return this.#byKey.get(key) ?? this.#find(key);
  }

  #find(key: Uint8Array): Entry {
    const text = latin1FromBytes(key);
    let entry = this.#entries.get(text);
    if (entry === undefined) {
      const before = this.#load(key);
      entry = { key, before, value: before, written: false };
      this.#entries.set(text, entry);
    }
    if (this.#byKey.size < aliasesMax) this.#byKey.set(key, entry);
    return entry;
  }

  #load(key: Uint8Array): Uint8Array | undefined {
    try {
      return this.#below.get(key);
    } catch (error) {
      throw new StateFailure(error);
    }
  }

  /** A point to which `revert` can return. */
  mark(): number {
    return this.#journal.length;
  }

  /** Takes back, newest first, every write since the mark. */
  revert(mark: number): void {
    this.#found = undefined;
    while (this.#journal.length > mark) {
      const undo = this.#journal.pop();
      if (undo === undefined) return;
      undo.entry.value = undo.value;
      undo.entry.written = undo.written;
    }
  }

  /**
   * What was written stays written. What was only read is forgotten where it has become more than
   * so many keys: an overlay that lives long must not remember whatever anybody names.
   */
  settle(readsMax: number): void {
    this.#journal.length = 0;
    if (this.#entries.size <= this.#written + readsMax) return;
    let written = 0;
    for (const [text, entry] of this.#entries) {
      if (entry.written) written++;
      else this.#entries.delete(text);
    }
    this.#written = written;
    this.#byKey.clear();
  }

  /** What differs from the state below, in no order; `prefix` narrows it. */
  changes(prefix?: Uint8Array): readonly StateChange[] {
    const changed = this.#changed();
    return prefix === undefined ? changed : changed.filter(({ key }) => startsWith(key, prefix));
  }

  /** Found once for all who ask between two writes. */
  #changed(): readonly StateChange[] {
    if (this.#found !== undefined) return this.#found;
    const changed: StateChange[] = [];
    for (const { key, before, value, written } of this.#entries.values()) {
      if (written && !sameValue(before, value)) changed.push({ key, before, after: value });
    }
    this.#found = changed;
    return changed;
  }

  /** One write a key, in no order: the root does not depend on any. */
  writes(): readonly StateWrite[] {
    return this.changes().map(({ key, after }) =>
      after === undefined ? { key } : { key, value: after },
    );
  }

  *scan(scan: KeyScan): Iterable<readonly [Uint8Array, Uint8Array]> {
    const own = this.#writtenIn(scan);
    const order = scan.reverse === true ? -1 : 1;
    let next = 0;
    for (const pair of this.#pairsBelow(scan)) {
      for (let entry = own[next]; entry !== undefined; entry = own[++next]) {
        if (compareBytes(entry.key, pair[0]) * order >= 0) break;
        if (entry.value !== undefined) yield [entry.key, entry.value];
      }
      const entry = own[next];
      if (entry === undefined || !equalBytes(entry.key, pair[0])) yield pair;
    }
    for (const entry of own.slice(next)) {
      if (entry.value !== undefined) yield [entry.key, entry.value];
    }
  }

  *#pairsBelow(scan: KeyScan): Iterable<readonly [Uint8Array, Uint8Array]> {
    const pairs = this.#below.scan(scan)[Symbol.iterator]();
    try {
      for (;;) {
        const step = nextPair(pairs);
        if (step.done === true) return;
        yield step.value;
      }
    } finally {
      pairs.return?.();
    }
  }

  /** The written entries inside the scan's range, in its order. */
  #writtenIn(scan: KeyScan): readonly Entry[] {
    const { prefix, from, reverse = false } = scan;
    const order = reverse ? -1 : 1;
    const inside = [...this.#entries.values()].filter(
      ({ key, written }) =>
        written &&
        startsWith(key, prefix) &&
        (from === undefined || compareBytes(key, from) * order >= 0),
    );
    return inside.toSorted((a, b) => compareBytes(a.key, b.key) * order);
  }
}

type Pair = readonly [Uint8Array, Uint8Array];

/** Only the reading is guarded: what the consumer throws passes by. */
function nextPair(pairs: Iterator<Pair>): IteratorResult<Pair> {
  try {
    return pairs.next();
  } catch (error) {
    throw new StateFailure(error);
  }
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  if (bytes.length < prefix.length) return false;
  for (let index = 0; index < prefix.length; index++) {
    if (bytes[index] !== prefix[index]) return false;
  }
  return true;
}

function sameValue(before: Uint8Array | undefined, after: Uint8Array | undefined): boolean {
  if (before === undefined || after === undefined) return before === after;
  return before === after || equalBytes(before, after);
}
