/** A committed state in memory: every version whole, so that tests can look at any. */
import { compareBytes, hexFromBytes, type Work } from "@pyralog/chain/base";
import { sha256 } from "@pyralog/chain/crypto";
import type { StagedState, StateBackend } from "@pyralog/chain/execution";
import type { CommittedState, KeyScan, StateWrite } from "@pyralog/chain/merkle";

type Pairs = ReadonlyMap<string, readonly [Uint8Array, Uint8Array]>;

interface Staged extends StagedState {
  readonly pairs: Pairs;
}

export class MemoryState implements StateBackend<Staged> {
  readonly #versions = new Map<bigint, CommittedState>();
  #latest: CommittedState = committed(0n, new Map());
  #pairs: Pairs = new Map();

  latest(): CommittedState {
    return this.#latest;
  }

  at(version: bigint): CommittedState | undefined {
    return this.#versions.get(version);
  }

  // oxlint-disable-next-line require-yield -- a small state needs no pause
  *stage(batch: readonly StateWrite[], version: bigint): Work<Staged> {
    const pairs = new Map(this.#pairs);
    for (const { key, value } of batch) {
      if (value === undefined) pairs.delete(hexFromBytes(key));
      else pairs.set(hexFromBytes(key), [key, value]);
    }
    return { version, root: rootOf(pairs), batch, pairs };
  }

  commit(staged: Staged): void {
    this.#pairs = staged.pairs;
    this.#latest = committed(staged.version, staged.pairs);
    this.#versions.set(staged.version, this.#latest);
  }
}

function sorted(pairs: Pairs): (readonly [Uint8Array, Uint8Array])[] {
  return [...pairs.values()].toSorted((a, b) => compareBytes(a[0], b[0]));
}

function rootOf(pairs: Pairs): Uint8Array {
  const text = sorted(pairs).map(([key, value]) => `${hexFromBytes(key)}=${hexFromBytes(value)}`);
  return sha256(new TextEncoder().encode(text.join("\n")));
}

function committed(version: bigint, pairs: Pairs): CommittedState {
  return {
    version,
    root: rootOf(pairs),
    get: (key) => pairs.get(hexFromBytes(key))?.[1],
    *scan({ prefix, from, reverse = false }: KeyScan) {
      const order = reverse ? -1 : 1;
      for (const pair of sorted(pairs).toSorted((a, b) => compareBytes(a[0], b[0]) * order)) {
        const isInside = hexFromBytes(pair[0]).startsWith(hexFromBytes(prefix));
        const isPast = from === undefined || compareBytes(pair[0], from) * order >= 0;
        if (isInside && isPast) yield pair;
      }
    },
    prove: (key) => key,
  };
}
