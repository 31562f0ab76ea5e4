import { createHeight, type Height } from "@pyralog/chain/types";
import type { TableWrite } from "#ports";
import { numberAt, numberKey } from "../keys.ts";
import type { RecordTable } from "../record-table.ts";

export interface TxPlace {
  readonly height: Height;
  /** Its number within the block. */
  readonly index: number;
}

/**
 * Transactions that came again: events of their old places lead to the newest one, as CometBFT's
 * index has one record for each hash and the last one stays.
 */
export class MovedPlaces {
  readonly #records: RecordTable;
  readonly #newest: Map<string, TxPlace>;
  readonly #heights = new Set<number>();

  static async open(records: RecordTable): Promise<MovedPlaces> {
    const newest = new Map<string, TxPlace>();
    for await (const [key, value] of records.scan({ from: numberKey("D"), to: numberKey("E") })) {
      newest.set(placeText(placeAt(key, 1)), placeAt(value, 0));
    }
    return new MovedPlaces(records, newest);
  }

  private constructor(records: RecordTable, newest: Map<string, TxPlace>) {
    this.#records = records;
    this.#newest = newest;
    for (const place of newest.keys()) this.#heights.add(Number(placeFromText(place).height));
  }

  /** Whether any transaction of the height came again. */
  isFrom(height: number): boolean {
    return this.#heights.has(height);
  }

  find(place: TxPlace): TxPlace | undefined {
    return this.#newest.get(placeText(place));
  }

  /** @yields what records that the transaction at one place is at another now */
  *move(from: TxPlace, to: TxPlace): Generator<TableWrite> {
    if (placeText(from) === placeText(to)) return;
    const olds = [...this.#newest.entries()]
      .filter(([, newest]) => placeText(newest) === placeText(from))
      .map(([old]) => placeFromText(old));
    for (const old of [...olds, from]) {
      this.#newest.set(placeText(old), to);
      this.#heights.add(Number(old.height));
      const key = numberKey("D", old.height, old.index);
      yield this.#records.put(key, numberKey("", to.height, to.index));
    }
  }
}

export function placeAt(stored: Uint8Array, offset: number): TxPlace {
  const height = createHeight(numberAt(stored, offset));
  return { height, index: Number(numberAt(stored, offset + 8)) };
}

function placeText({ height, index }: TxPlace): string {
  return `${height}/${index}`;
}

function placeFromText(text: string): TxPlace {
  const [height = "", index = ""] = text.split("/");
  return { height: createHeight(BigInt(height)), index: Number(index) };
}
