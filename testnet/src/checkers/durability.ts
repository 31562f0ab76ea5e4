import { violation } from "./violation.ts";

/** D: what was committed is found, on every node, at the height at which it was. */
export class Durability {
  #found = 0;

  get found(): number {
    return this.#found;
  }

  /** @throws Violation */
  looked(tx: {
    readonly node: string;
    readonly hash: string;
    /** At which it was committed. */
    readonly height: bigint;
    /** At which the node has it now. */
    readonly foundAt: bigint | undefined;
  }): void {
    const { node, hash, height, foundAt } = tx;
    if (foundAt !== height) {
      throw violation("TX_LOST", { node, tx: hash, height, foundAt: foundAt ?? "nowhere" });
    }
    this.#found++;
  }
}
