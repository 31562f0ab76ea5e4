/** One part set of the height, and the block that it turns out to be. */
import { assert, equalBytes } from "#base";
import {
  attempt,
  decodeBlock,
  encodeBlock,
  hashHeader,
  PartSet,
  type Block,
  type BlockId,
  type Part,
  type PartSetHeader,
} from "#types";
import type { PartsView } from "./round-state.ts";

export class BlockParts implements PartsView {
  readonly header: PartSetHeader;
  readonly #set: PartSet;
  readonly #bytesMax: bigint;
  #block: { readonly block: Block; readonly hash: Uint8Array } | undefined;

  constructor(header: PartSetHeader, options: { readonly bytesMax: bigint }) {
    this.header = header;
    this.#set = new PartSet(header);
    this.#bytesMax = options.bytesMax;
  }

  add(part: Part): "added" | "known" | "invalid" {
    const added = this.#set.add(part);
    if (added === "added" && this.#set.complete) this.#block = this.#decode();
    return added;
  }

  get complete(): boolean {
    return this.#set.complete;
  }

  get block(): Block | undefined {
    return this.#block?.block;
  }

  /** Whether the complete set is the block of this id: no other pair of hash and parts may pass. */
  is(blockId: BlockId): boolean {
    return this.#block !== undefined && equalBytes(this.#block.hash, blockId.hash);
  }

  /** Of a complete set. */
  get parts(): readonly Part[] {
    assert(this.complete, "the parts of a block are handed out once all are there");
    return this.#set.parts.filter((part) => part !== undefined);
  }

  has(index: number): boolean {
    return this.#set.has(index);
  }

  get(index: number): Part | undefined {
    return this.#set.parts[index];
  }

  get bits(): readonly boolean[] {
    return this.#set.bits;
  }

  /**
   * Bytes that are not the block's one encoding are no block, as whoever has the block from a
   * store would get another id for it.
   */
  #decode(): { readonly block: Block; readonly hash: Uint8Array } | undefined {
    if (BigInt(this.#set.byteLength) > this.#bytesMax) return undefined;
    const bytes = this.#set.bytes();
    const decoded = attempt(() => {
      const block = decodeBlock(bytes);
      return { block, hash: hashHeader(block.header), encoded: encodeBlock(block) };
    });
    if (decoded.kind === "refused" || !equalBytes(decoded.value.encoded, bytes)) return undefined;
    return decoded.value;
  }
}
