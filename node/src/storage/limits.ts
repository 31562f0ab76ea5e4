/** What the stores write at once, and how large their records may be (STYLE rule 25). */
import { assert } from "@pyralog/chain/base";

export const storageLimits = Object.freeze({
  /** A log begins another file beyond so many bytes. */
  segmentBytes: 16 * 1024 * 1024,
  batchBytesMax: 8 * 1024 * 1024,
  recordBytesMax: 64 * 1024 * 1024,
  /** Beyond it records are written without being asked for. */
  pendingBytesMax: 1024 * 1024,
  /** Room for a sign record with the largest vote extension. */
  signCopyBytes: 2 * 1024 * 1024,
  /** Operations of one write to the index: they hold the loop for a few milliseconds. */
  indexBatchMax: 2_000,
});

assert(
  storageLimits.pendingBytesMax <= storageLimits.batchBytesMax,
  "what waits is written in one batch",
);
assert(storageLimits.batchBytesMax <= storageLimits.segmentBytes, "a batch fits a segment");
