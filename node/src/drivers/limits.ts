/** What waits inside a node between its machines (STYLE rule 25). */
import { assert } from "@pyralog/chain/base";
import { messageBytesMax } from "#ports";

export const driverLimits = Object.freeze({
  /** Messages of peers beyond so many wait at the peers, who send them again. */
  consensusInputsMax: 20_000,
  /** Of one peer; honest ones come nowhere near, as they wait for confirmations. */
  peerInputsMax: 4_096,
  peerInputBytesMax: 8 * 1024 * 1024,
  /** A banned peer's inputs are gone long before so many others were banned. */
  liarsMax: 1_024,
  /** Slices of transactions to be checked: the pool bounds what it asks for. */
  checksQueuedMax: 4_096,
  /** The relay bounds what one peer may have in here. */
  evidenceChecksQueuedMax: 8_192,
  /** Sync bounds what it asks for. */
  blockLoadsQueuedMax: 1_024,
  /** Heights whose time and validators are at hand for late evidence. */
  pastBlocksRecentMax: 16,
  /** How long one kind of work may hold the event loop before it gives others a turn. */
  sliceMs: 5,
});

assert(
  driverLimits.peerInputBytesMax >= 2 * messageBytesMax.consensus,
  "two of a peer's largest messages wait",
);
assert(
  driverLimits.consensusInputsMax > driverLimits.peerInputsMax,
  "one peer does not fill the queue for all",
);
