import { bytesFromText, textFromBytes } from "@pyralog/chain/base";
import type { TableWrite } from "#ports";
import { bytesKey, numberAt, numberKey } from "../keys.ts";
import type { RecordTable } from "../record-table.ts";

const letter = "K";

/** A small number for each key of an attribute, for ever the same. Keys are as few as modules. */
export class KeyIds {
  readonly #records: RecordTable;
  readonly #ids: Map<string, number>;
  #unwritten: TableWrite[] = [];

  static async open(records: RecordTable): Promise<KeyIds> {
    const ids = new Map<string, number>();
    const range = { from: bytesFromText(letter), to: bytesFromText("L") };
    for await (const [key, value] of records.scan(range)) {
      ids.set(textFromBytes(key.subarray(letter.length)), Number(numberAt(value, 0)));
    }
    return new KeyIds(records, ids);
  }

  private constructor(records: RecordTable, ids: Map<string, number>) {
    this.#records = records;
    this.#ids = ids;
  }

  /** Nothing for a key that no event ever had. */
  find(key: string): number | undefined {
    return this.#ids.get(key);
  }

  findOrAdd(key: string): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#ids.size + 1;
    this.#ids.set(key, id);
    this.#unwritten.push(
      this.#records.put(bytesKey(letter, bytesFromText(key)), numberKey("", id)),
    );
    return id;
  }

  /** What must be written before, or with, anything that uses the new numbers. */
  takeWrites(): readonly TableWrite[] {
    const writes = this.#unwritten;
    this.#unwritten = [];
    return writes;
  }
}
