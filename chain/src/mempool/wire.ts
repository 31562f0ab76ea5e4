/**
 * Frames of the `transactions` stream: CometBFT's `tendermint.mempool.Message` with its `Txs`, and
 * beside it two short forms by hash, so that a transaction crosses each link once.
 */
import { byteStrings, CodecError, message, optional } from "#codec";

const txsMessage = message("tendermint.mempool.Txs", { txs: byteStrings(1) });
const hashesMessage = message("pyralog.mempool.v1.Hashes", { hashes: byteStrings(1) });

const frameMessage = message("pyralog.mempool.v1.Message", {
  txs: optional(1, txsMessage),
  have: optional(2, hashesMessage),
  want: optional(3, hashesMessage),
});

/** Exactly one of three; a frame that holds none or several is refused. */
export type MempoolFrame =
  | { readonly kind: "txs"; readonly txs: readonly Uint8Array[] }
  /** The sender holds these and will send those that are wanted. */
  | { readonly kind: "have"; readonly hashes: readonly Uint8Array[] }
  | { readonly kind: "want"; readonly hashes: readonly Uint8Array[] };

const hashBytes = 32;

export function encodeFrame(frame: MempoolFrame): Uint8Array {
  const none = { txs: undefined, have: undefined, want: undefined };
  switch (frame.kind) {
    case "txs":
      return frameMessage.encode({ ...none, txs: { txs: frame.txs } });
    case "have":
      return frameMessage.encode({ ...none, have: { hashes: frame.hashes } });
    case "want":
      return frameMessage.encode({ ...none, want: { hashes: frame.hashes } });
  }
}

/** Nothing where the bytes are no frame. Transactions are views of the bytes. */
export function decodeFrame(bytes: Uint8Array, itemsMax: number): MempoolFrame | undefined {
  const fields = fieldsOf(bytes, itemsMax);
  if (fields === undefined) return undefined;
  const frames: MempoolFrame[] = [];
  if (fields.txs !== undefined) frames.push({ kind: "txs", txs: fields.txs.txs });
  if (fields.have !== undefined) frames.push({ kind: "have", hashes: fields.have.hashes });
  if (fields.want !== undefined) frames.push({ kind: "want", hashes: fields.want.hashes });
  const [frame] = frames;
  if (frame === undefined || frames.length > 1) return undefined;
  return isWellFormed(frame, itemsMax) ? frame : undefined;
}

function fieldsOf(
  bytes: Uint8Array,
  itemsMax: number,
): ReturnType<typeof frameMessage.decode> | undefined {
  try {
    return frameMessage.decode(bytes, { unknown: "reject", depthMax: 2, itemsMax });
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

function isWellFormed(frame: MempoolFrame, itemsMax: number): boolean {
  const items = frame.kind === "txs" ? frame.txs : frame.hashes;
  if (items.length === 0 || items.length > itemsMax) return false;
  if (frame.kind === "txs") return items.every((tx) => tx.length > 0);
  return items.every((hash) => hash.length === hashBytes);
}
