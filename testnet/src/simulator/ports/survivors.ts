/** What a power cut leaves of a file that was written to since its last sync. */
import { defined, type Prng } from "@pyralog/chain/base";
import { SparseBytes } from "./sparse-bytes.ts";

const sectorBytes = 512;

type Change =
  | { readonly kind: "write"; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: "truncate"; readonly length: number };

export interface StoredFile {
  /** What a power cut leaves for certain. */
  readonly durable: SparseBytes;
  /** Since the last sync, in order. */
  readonly changes: Change[];
}

/**
 * Of what was not synced: nothing stays, all of it, all up to some byte, or some sectors in any
 * order.
 */
const survivals = ["synced", "written", "torn", "scattered"] as const;

export type Survival = (typeof survivals)[number];

/** A killed process loses nothing that it wrote; a power cut any of that, or what is said. */
export type Crash = "kill" | "power" | Survival;

export function contentsOf(file: StoredFile): SparseBytes {
  return file.changes.length === 0 ? file.durable : withChanges(file, file.changes);
}

/** A copy of what is durable, changed. */
function withChanges(file: StoredFile, changes: readonly Change[]): SparseBytes {
  const bytes = new SparseBytes(file.durable);
  for (const change of changes) applyChange(bytes, change);
  return bytes;
}

export function applyChange(bytes: SparseBytes, change: Change): void {
  switch (change.kind) {
    case "write":
      bytes.write(change.offset, change.bytes);
      return;
    case "truncate":
      bytes.resize(change.length);
  }
}

export function survivors(
  file: StoredFile,
  how: { readonly prng: Prng; readonly left: Survival | undefined },
): SparseBytes {
  const { prng, left } = how;
  switch (left ?? survivals[prng.below(survivals.length)] ?? "synced") {
    case "synced":
      return file.durable;
    case "written":
      return contentsOf(file);
    case "torn":
      return withChanges(file, tornAt(file.changes, prng));
    case "scattered": {
      const scattered = file.changes.flatMap((change) => sectorsOf(change, prng));
      const result = withChanges(file, scattered);
      if (prng.chance(1, 2)) result.resize(Math.min(result.length, file.durable.length));
      return result;
    }
  }
}

/** The changes up to some byte of some write, as if the disk had stopped there. */
function tornAt(changes: readonly Change[], prng: Prng): readonly Change[] {
  if (changes.length === 0) return [];
  const last = prng.below(changes.length);
  const torn = defined(changes[last], "a change below the count");
  const whole = changes.slice(0, last);
  if (torn.kind === "truncate") return whole;
  const bytes = torn.bytes.subarray(0, prng.below(torn.bytes.length + 1));
  return [...whole, { ...torn, bytes }];
}

/** Some of the sectors that a change covers. */
function sectorsOf(change: Change, prng: Prng): readonly Change[] {
  if (change.kind === "truncate") return prng.chance(1, 2) ? [change] : [];
  const kept: Change[] = [];
  const { offset, bytes } = change;
  for (let start = 0; start < bytes.length;) {
    const room = sectorBytes - ((offset + start) % sectorBytes);
    const end = Math.min(bytes.length, start + room);
    if (prng.chance(1, 2)) {
      kept.push({ kind: "write", offset: offset + start, bytes: bytes.subarray(start, end) });
    }
    start = end;
  }
  return kept;
}
