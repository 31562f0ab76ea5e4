import { hexFromBytes } from "@pyralog/chain/base";
import { violation } from "./violation.ts";

/** What a node holds of a height, piece by piece: bytes where there are any. */
export type Pieces = ReadonlyMap<string, Uint8Array | undefined>;

/** Q: nodes that have come as far hold the same. */
export class Quiescence {
  #compared = 0;

  /** Pieces that were held against one another, so that nobody takes silence for agreement. */
  get compared(): number {
    return this.#compared;
  }

  /** @throws Violation naming the first piece that differs. */
  compare(height: bigint, nodes: ReadonlyMap<string, Pieces>): void {
    const [first, ...others] = nodes;
    if (first === undefined) return;
    const [known, wanted] = first;
    for (const [node, pieces] of others) {
      const names = new Set([...wanted.keys(), ...pieces.keys()]);
      for (const name of names) {
        const [left, right] = [textOf(wanted.get(name)), textOf(pieces.get(name))];
        this.#compared++;
        if (left === right) continue;
        throw violation("QUIESCENCE", { height, piece: name, known, left, node, right });
      }
    }
  }
}

function textOf(piece: Uint8Array | undefined): string {
  return piece === undefined ? "nothing" : hexFromBytes(piece);
}
