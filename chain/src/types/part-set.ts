/** Blocks travel in parts of 64 KiB, each with a Merkle proof against the part set's hash. */
import { assert, concatBytes, emptyBytes, equalBytes } from "#base";
import { partSetHeaderWire, partWire, type MessageValue } from "#codec";
import { merkleProofs, verifyMerkleProof } from "#merkle";
import { partSetHeaderFromWire } from "./block-id.ts";
import { hashBytes, partBytesMax, partsMax, proofAuntsMax } from "./limits.ts";
import type { MerkleProof, Part, PartSetHeader } from "./model.ts";
import { typesError } from "./types-error.ts";

/** `partBytes` is 65536 but in tests. The parts are views of the bytes. */
export function partSetFromBytes(
  bytes: Uint8Array,
  partBytes = partBytesMax,
): { readonly header: PartSetHeader; readonly parts: readonly Part[] } {
  const slices: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += partBytes) {
    slices.push(bytes.subarray(start, start + partBytes));
  }
  const { root, proofs } = merkleProofs(slices);
  const parts = proofs.map((proof, index) => ({
    index,
    bytes: slices[index] ?? emptyBytes,
    proof,
  }));
  return { header: { total: parts.length, hash: root }, parts };
}

/** The parts of one block as they arrive, each checked against the hash that was proposed. */
export class PartSet {
  readonly header: PartSetHeader;
  readonly #parts: (Part | undefined)[];
  #count = 0;
  #byteLength = 0;

  /** The header's total was bounded when it was decoded. */
  constructor(header: PartSetHeader) {
    assert(header.total <= partsMax, "a part set is of a block that is not too large");
    this.header = header;
    this.#parts = Array.from({ length: header.total }, () => undefined);
  }

  /** The part must have been decoded, or made by ourselves: its form is not checked again. */
  add(part: Part): "added" | "known" | "invalid" {
    if (part.index < 0 || part.index >= this.header.total) return "invalid";
    const { proof, bytes } = part;
    const present = this.#parts[part.index];
    if (present !== undefined) {
      // A place has one leaf: another one is of another set, which may have as many parts.
      return equalBytes(present.proof.leafHash, proof.leafHash) ? "known" : "invalid";
    }
    if (proof.index !== part.index || proof.total !== this.header.total) return "invalid";
    if (!verifyMerkleProof({ root: this.header.hash, leaf: bytes, proof })) return "invalid";
    this.#parts[part.index] = part;
    this.#count++;
    this.#byteLength += bytes.length;
    return "added";
  }

  get complete(): boolean {
    return this.#count === this.header.total;
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes of the parts so far: a block over the limit is refused before it is complete. */
  get byteLength(): number {
    return this.#byteLength;
  }

  get bits(): readonly boolean[] {
    return this.#parts.map((part) => part !== undefined);
  }

  get parts(): readonly (Part | undefined)[] {
    return this.#parts;
  }

  has(index: number): boolean {
    return this.#parts[index] !== undefined;
  }

  /** The encoded block. Only of a complete set. */
  bytes(): Uint8Array {
    assert(this.complete, "the bytes of a block are read once all its parts are there");
    const parts = this.#parts.map((part) => part?.bytes ?? emptyBytes);
    return parts.length === 1 ? (parts[0] ?? emptyBytes) : concatBytes(parts);
  }
}

export function partToWire(part: Part): MessageValue<typeof partWire> {
  const { total, index, leafHash, aunts } = part.proof;
  const proof = { total: BigInt(total), index: BigInt(index), leafHash, aunts };
  return { index: part.index, bytes: part.bytes, proof };
}

export function partFromWire(wire: MessageValue<typeof partWire>): Part {
  return checkPartBasic({ index: wire.index, bytes: wire.bytes, proof: proofFromWire(wire.proof) });
}

/** The part, if it can be one of a block: full but for the last, and where its proof says. */
export function checkPartBasic(part: Part): Part {
  const { index, bytes, proof } = part;
  const short = index < proof.total - 1 && bytes.length !== partBytesMax;
  if (bytes.length > partBytesMax || short) {
    throw typesError("PART_LENGTH", { index, length: bytes.length });
  }
  if (index !== proof.index) throw typesError("PART_INDEX", { index, proofIndex: proof.index });
  return part;
}

function proofFromWire(wire: MessageValue<typeof partWire>["proof"]): MerkleProof {
  const { leafHash, aunts } = wire;
  if (wire.total < 0n || wire.index < 0n || wire.total > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw typesError("PROOF_INVALID", { total: wire.total, index: wire.index });
  }
  const hashes = [leafHash, ...aunts];
  if (aunts.length > proofAuntsMax || hashes.some((hash) => hash.length !== hashBytes)) {
    throw typesError("PROOF_INVALID", { aunts: aunts.length });
  }
  if (wire.index >= wire.total) {
    throw typesError("PROOF_INVALID", { total: wire.total, index: wire.index });
  }
  return { total: Number(wire.total), index: Number(wire.index), leafHash, aunts };
}

export function encodePart(part: Part): Uint8Array {
  return partWire.encode(partToWire(part));
}

/** @throws CodecError | TypesError unless it is a well-formed part. */
export function decodePart(bytes: Uint8Array): Part {
  return partFromWire(partWire.decode(bytes));
}

export function encodePartSetHeader(header: PartSetHeader): Uint8Array {
  return partSetHeaderWire.encode(header);
}

/** @throws CodecError | TypesError unless its hash is one and its total bounded. */
export function decodePartSetHeader(bytes: Uint8Array): PartSetHeader {
  return partSetHeaderFromWire(partSetHeaderWire.decode(bytes));
}
