/**
 * Frames of the `sync` stream: CometBFT's `tendermint.blocksync.Message`, whose block comes with
 * the commit that decided it, so that each height can be verified by itself.
 */
import { bytes, int64, message, optional, type MessageValue } from "#codec";
import { attempt, createHeight, type Height } from "#types";
import type { StoredBlock } from "./model.ts";

const heightOnly = { height: int64(1) };

const frameWire = message("pyralog.sync.v1.Message", {
  blockRequest: optional(1, message("pyralog.sync.v1.BlockRequest", heightOnly)),
  noBlockResponse: optional(2, message("pyralog.sync.v1.NoBlockResponse", heightOnly)),
  blockResponse: optional(
    3,
    message("pyralog.sync.v1.BlockResponse", {
      block: bytes(1),
      height: int64(3),
      commit: bytes(4),
    }),
  ),
  statusResponse: optional(
    5,
    message("pyralog.sync.v1.StatusResponse", { height: int64(1), base: int64(2) }),
  ),
});

export type SyncFrame =
  | { readonly kind: "block-request"; readonly height: Height }
  | { readonly kind: "no-block"; readonly height: Height }
  | { readonly kind: "block"; readonly height: Height; readonly stored: StoredBlock }
  /** The sender's store holds `base` up to `height`; both are zero where it is empty. */
  | { readonly kind: "status"; readonly height: Height; readonly base: Height };

const none = {
  blockRequest: undefined,
  noBlockResponse: undefined,
  blockResponse: undefined,
  statusResponse: undefined,
};

export function encodeFrame(frame: SyncFrame): Uint8Array {
  const { height } = frame;
  switch (frame.kind) {
    case "block-request":
      return frameWire.encode({ ...none, blockRequest: { height } });
    case "no-block":
      return frameWire.encode({ ...none, noBlockResponse: { height } });
    case "block":
      return frameWire.encode({ ...none, blockResponse: { height, ...frame.stored } });
    case "status":
      return frameWire.encode({ ...none, statusResponse: { height, base: frame.base } });
  }
}

/** Nothing where the bytes are no frame. Block and commit are views of the bytes, not decoded. */
export function decodeFrame(encoded: Uint8Array): SyncFrame | undefined {
  const decoded = attempt(() =>
    framesOf(frameWire.decode(encoded, { unknown: "reject", depthMax: 2 })),
  );
  if (decoded.kind === "refused" || decoded.value.length > 1) return undefined;
  return decoded.value[0];
}

function framesOf(fields: MessageValue<typeof frameWire>): readonly SyncFrame[] {
  const frames: SyncFrame[] = [];
  const { blockRequest, noBlockResponse, blockResponse, statusResponse } = fields;
  if (blockRequest !== undefined) {
    frames.push({ kind: "block-request", height: createHeight(blockRequest.height) });
  }
  if (noBlockResponse !== undefined) {
    frames.push({ kind: "no-block", height: createHeight(noBlockResponse.height) });
  }
  if (blockResponse !== undefined) {
    const { height, block, commit } = blockResponse;
    frames.push({ kind: "block", height: createHeight(height), stored: { block, commit } });
  }
  if (statusResponse !== undefined) {
    const { height, base } = statusResponse;
    frames.push({ kind: "status", height: createHeight(height), base: createHeight(base) });
  }
  return frames;
}
