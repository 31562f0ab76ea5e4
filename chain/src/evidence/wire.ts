/**
 * Frames of the `evidence` stream: CometBFT's `tendermint.types.EvidenceList`, and beside it the
 * hashes of what has arrived, so that the sender knows when it may stop.
 */
import { bytes, byteStrings, message } from "#codec";
import { attempt, decodeEvidenceList, encodeEvidenceList, type Evidence } from "#types";

export type EvidenceFrame =
  | { readonly kind: "list"; readonly evidence: readonly Evidence[] }
  /** By `sha256` of the encoded evidence: just these bytes are here, pending or punished. */
  | { readonly kind: "have"; readonly hashes: readonly Uint8Array[] };

const frameWire = message("pyralog.evidence.v1.Frame", { list: bytes(1), have: byteStrings(2) });

const hashBytes = 32;

export function encodeFrame(frame: EvidenceFrame): Uint8Array {
  switch (frame.kind) {
    case "list":
      return frameWire.encode({ list: encodeEvidenceList(frame.evidence), have: [] });
    case "have":
      return frameWire.encode({ list: new Uint8Array(0), have: frame.hashes });
  }
}

/** Nothing where the bytes are no frame, or one that holds more than a frame may. */
export function decodeFrame(frame: Uint8Array, itemsMax: number): EvidenceFrame | undefined {
  const decoded = attempt(() => frameOf(frame, itemsMax));
  return decoded.kind === "ok" ? decoded.value : undefined;
}

function frameOf(frame: Uint8Array, itemsMax: number): EvidenceFrame | undefined {
  const { list, have } = frameWire.decode(frame, { unknown: "reject", depthMax: 2, itemsMax });
  if (list.length > 0 && have.length > 0) return undefined;
  if (list.length > 0) {
    return { kind: "list", evidence: decodeEvidenceList(list, { itemsMax }) };
  }
  const areHashes = have.length > 0 && have.every((hash) => hash.length === hashBytes);
  return areHashes ? { kind: "have", hashes: have } : undefined;
}
