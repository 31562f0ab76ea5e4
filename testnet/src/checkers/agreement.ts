import { hexFromBytes } from "@pyralog/chain/base";
import { violation } from "./violation.ts";

/** One decision of one node, as it announces it. */
export interface Decision {
  readonly node: string;
  readonly height: bigint;
  readonly blockHash: Uint8Array;
  readonly appHash: Uint8Array;
  /** Hashes of the block's transactions. */
  readonly txHashes: readonly Uint8Array[];
}

interface Decided {
  readonly block: string;
  readonly app: string;
}

/** All that nodes decide, held against one another: A, H, X, and D across restarts. */
export class Agreement {
  readonly #decided = new Map<bigint, Decided>();
  readonly #last = new Map<string, bigint>();
  readonly #applied = new Map<string, bigint>();
  readonly #txs = new Map<bigint, readonly string[]>();

  /** The greatest height that anybody decided. */
  get height(): bigint {
    return BigInt(this.#decided.size);
  }

  get txs(): number {
    return this.#applied.size;
  }

  heightOf(node: string): bigint {
    return this.#last.get(node) ?? 0n;
  }

  /** @throws Violation */
  decided(decision: Decision): void {
    this.#checkOrder(decision);
    const { height, node } = decision;
    const told = { block: hexFromBytes(decision.blockHash), app: hexFromBytes(decision.appHash) };
    const known = this.#decided.get(height);
    if (known === undefined) {
      this.#decided.set(height, told);
      this.#checkTxs(decision);
      return;
    }
    const facts = { node, height };
    if (known.block !== told.block) {
      throw violation("AGREEMENT", { ...facts, known: known.block, told: told.block });
    }
    if (known.app !== told.app) {
      throw violation("APP_HASH", { ...facts, known: known.app, told: told.app });
    }
  }

  /** The node lost its disk: it begins anew. */
  forgotten(node: string): void {
    this.#last.delete(node);
  }

  /** Hashes of the transactions of a decided height, in hex. */
  txsOf(height: bigint): readonly string[] {
    return this.#txs.get(height) ?? [];
  }

  /** @throws Violation where a restarted node is behind what it announced. */
  restarted(node: string, height: bigint): void {
    const announced = this.heightOf(node);
    if (height < announced) throw violation("DECISION_LOST", { node, height, announced });
    this.#last.set(node, height);
  }

  #checkOrder({ node, height }: Decision): void {
    const last = this.heightOf(node);
    if (height !== last + 1n) throw violation("HEIGHT_SKIPPED", { node, height, last });
    this.#last.set(node, height);
  }

  #checkTxs({ height, txHashes }: Decision): void {
    if (txHashes.length > 0) this.#txs.set(height, txHashes.map(hexFromBytes));
    for (const hash of txHashes) {
      const key = hexFromBytes(hash);
      const before = this.#applied.get(key);
      if (before !== undefined) throw violation("APPLIED_TWICE", { height, before, tx: key });
      this.#applied.set(key, height);
    }
  }
}
