import { hexFromBytes } from "@pyralog/chain/base";
import { violation } from "./violation.ts";

/** V: what no correct validator accepts is decided by nobody. */
export class Validity {
  readonly #invalid = new Set<string>();

  /** A block that breaks a rule of the chain is about. */
  invalid(blockHash: Uint8Array): void {
    this.#invalid.add(hexFromBytes(blockHash));
  }

  /** @throws Violation where a node decides such a block. */
  decided(decision: {
    readonly node: string;
    readonly height: bigint;
    readonly blockHash: Uint8Array;
  }): void {
    const { node, height } = decision;
    const block = hexFromBytes(decision.blockHash);
    if (this.#invalid.has(block)) throw violation("VALIDITY", { node, height, block });
  }
}
