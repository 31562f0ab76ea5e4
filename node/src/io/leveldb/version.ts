/** What LevelDB's manifest says of the files that make up a table (its db/version_edit.cc). */

import { VarintReader } from "./varint-reader.ts";

export interface Version {
  /** Logs before this one are in tables already. */
  readonly log: number;
  readonly tables: ReadonlySet<number>;
}

/** Fields of an edit, by their tags; levels stand before what is of a level. */
const comparatorTag = 1;
const logTag = 2;
const compactTag = 5;
const deletedTag = 6;
const addedTag = 7;
/** Followed by one number that does not matter here: next file, last sequence, previous log. */
const numberTags: ReadonlySet<number> = new Set([3, 4, 9]);

/** Nothing where an edit cannot be read. */
export function versionFrom(edits: readonly Uint8Array[]): Version | undefined {
  const tables = new Set<number>();
  let log = 0;
  for (const edit of edits) {
    const reader = new VarintReader(edit);
    while (!reader.atEnd) {
      const tag = reader.number();
      if (tag === comparatorTag) skipText(reader);
      else if (tag === logTag) log = reader.number();
      else if (numberTags.has(tag)) reader.number();
      else if (tag === compactTag) skipCompactPointer(reader);
      else if (tag === deletedTag) tables.delete(numberBehindLevel(reader));
      else if (tag === addedTag) tables.add(addedTable(reader));
      else return undefined;
    }
    if (reader.isPastEnd) return undefined;
  }
  return { log, tables };
}

function skipText(reader: VarintReader): void {
  reader.bytes(reader.number());
}

function skipCompactPointer(reader: VarintReader): void {
  reader.number();
  skipText(reader);
}

function numberBehindLevel(reader: VarintReader): number {
  reader.number();
  return reader.number();
}

/** Behind its number stand its size, its first key and its last one. */
function addedTable(reader: VarintReader): number {
  const number = numberBehindLevel(reader);
  reader.number();
  skipText(reader);
  skipText(reader);
  return number;
}
