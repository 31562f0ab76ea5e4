/** A table that names every batch by the keys in it. */
import { bytesFromText, equalBytes } from "@pyralog/chain/base";
import type { KeyRange, Table, TableWrite } from "@pyralog/node/ports";
import type { FailingDeed } from "./names.ts";
import type { Trap } from "./trap.ts";

export class FailingTable implements Table {
  readonly #table: Table;
  readonly #name: string;
  readonly #trap: Trap;

  constructor(options: { readonly table: Table; readonly name: string; readonly trap: Trap }) {
    this.#table = options.table;
    this.#name = options.name;
    this.#trap = options.trap;
  }

  getSync(key: Uint8Array): Uint8Array | undefined {
    return this.#table.getSync(key);
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#table.get(key);
  }

  scan(range: KeyRange): AsyncIterable<readonly [Uint8Array, Uint8Array]> {
    return this.#table.scan(range);
  }

  write(batch: readonly TableWrite[]): Promise<void> {
    const deeds = this.#deedsOf(batch);
    const write = deeds.reduce<() => Promise<void>>(
      (inner, deed) => () => this.#trap.around(deed, inner),
      () => this.#table.write(batch),
    );
    return write();
  }

  close(): Promise<void> {
    return this.#table.close();
  }

  #deedsOf(batch: readonly TableWrite[]): readonly FailingDeed[] {
    if (this.#name === "application.db") return ["application-commit"];
    if (this.#name === "index.db") return ["index-save"];
    return chainDeeds(batch);
  }
}

/** A state may bring evidence along, which makes it two deeds in one. */
function chainDeeds(batch: readonly TableWrite[]): readonly FailingDeed[] {
  const writes = (prefix: string): boolean =>
    batch.some(({ key, value }) => value !== undefined && startsWith(key, prefix));
  if (writes("block/meta")) return ["block-save"];
  if (writes("block/bounds")) return ["block-prune"];
  if (writes("state/base")) return ["state-prune"];
  if (!writes("state/results")) return ["genesis-save"];
  return writes("state/evidence/") ? ["state-save", "evidence-save"] : ["state-save"];
}

function startsWith(key: Uint8Array, prefix: string): boolean {
  return equalBytes(key.subarray(0, prefix.length), bytesFromText(prefix));
}
