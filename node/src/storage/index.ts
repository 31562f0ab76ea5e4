/**
 * What the node keeps, over the Disk and Table ports: logs of segments, the consensus WAL, blocks,
 * states, the sign record and the event index. Which bytes are written when, and what is synced
 * before what is acknowledged, is decided here, so the simulator runs it unchanged.
 */
export { BlockStore, type BlockMeta } from "./block-store.ts";
export {
  EventIndex,
  type EventPage,
  type EventSearch,
  type IndexedBlock,
  type IndexedTx,
} from "./event-index/event-index.ts";
export { storageLimits } from "./limits.ts";
export { SegmentLog, type LogRecord, type SegmentLogOptions } from "./segment-log.ts";
export { SignStore, type SignRevision, type SwapResult } from "./sign-store.ts";
export { StateStore, type StateUpdate } from "./state-store.ts";
export { StorageError, type StorageErrorCode } from "./storage-error.ts";
export { Wal } from "./wal.ts";
