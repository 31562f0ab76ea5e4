import { hexFromBytes } from "@pyralog/chain/base";
import { violation } from "./violation.ts";

export interface DecidedBlock {
  readonly node: string;
  readonly height: bigint;
  readonly blockHash: Uint8Array;
  /** Nanoseconds since the Unix epoch. */
  readonly time: bigint;
  readonly txHashes: readonly Uint8Array[];
  /** Hashes of the sets that decide this height and the next one. */
  readonly validators: Uint8Array;
  readonly nextValidators: Uint8Array;
}

/**
 * V: what is decided was proposed, holds what was sent, keeps the rules of the chain, and is later
 * than what was before.
 */
export class Validity {
  readonly #invalid = new Set<string>();
  readonly #proposed = new Set<string>();
  readonly #sent = new Set<string>();
  readonly #times = new Map<bigint, bigint>();
  readonly #announced = new Map<bigint, string>();

  /** A block that breaks a rule of the chain is about. */
  invalid(blockHash: Uint8Array): void {
    this.#invalid.add(hexFromBytes(blockHash));
  }

  /** Some node took the proposal for one of whose turn it was, in whatever round. */
  proposed(proposal: { readonly height: bigint; readonly blockHash: Uint8Array }): void {
    this.#proposed.add(`${proposal.height} ${hexFromBytes(proposal.blockHash)}`);
  }

  /** Somebody sent the transaction to some node. */
  sent(txHash: Uint8Array): void {
    this.#sent.add(hexFromBytes(txHash));
  }

  /** @throws Violation where a node decides what it should not. */
  decided(decision: DecidedBlock): void {
    const { node, height, time } = decision;
    const block = hexFromBytes(decision.blockHash);
    const facts = { node, height, block };
    if (this.#invalid.has(block)) {
      throw violation("VALIDITY", { ...facts, reason: "it breaks a rule" });
    }
    if (!this.#proposed.has(`${height} ${block}`)) {
      throw violation("VALIDITY", { ...facts, reason: "nobody proposed it" });
    }
    const unsent = decision.txHashes.map(hexFromBytes).find((tx) => !this.#sent.has(tx));
    if (unsent !== undefined) {
      throw violation("VALIDITY", { ...facts, tx: unsent, reason: "nobody sent it" });
    }
    const before = this.#times.get(height - 1n);
    if (before !== undefined && time <= before) throw violation("TIME", { ...facts, time, before });
    this.#times.set(height, time);
    this.#checkValidators(decision);
  }

  /** Light clients rely on it: whoever decides a height was announced by the one before. */
  #checkValidators({ node, height, validators, nextValidators }: DecidedBlock): void {
    const announced = this.#announced.get(height);
    const deciding = hexFromBytes(validators);
    this.#announced.set(height + 1n, hexFromBytes(nextValidators));
    if (announced === undefined || announced === deciding) return;
    const reason = "other validators were announced";
    throw violation("VALIDITY", { node, height, announced, deciding, reason });
  }
}
