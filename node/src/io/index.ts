/**
 * The ports over the real world: files, LevelDB, libp2p, the clock, chance and the log. Thin: what
 * is written when, and what a message means, is decided elsewhere and runs in the simulator too.
 */
export {
  createLibp2pWire,
  peerIdFromSecretKey,
  type Libp2pWireOptions,
} from "./create-libp2p-wire.ts";
export { createLog, type LogOptions, type Logs } from "./create-log.ts";
export { FrameError, FrameReader, SendQueue } from "./frames.ts";
export { loadCrypto, type LoadedCrypto } from "./load-crypto.ts";
export { openDisk } from "./open-disk.ts";
export { openTable } from "./open-table.ts";
export {
  AddressError,
  listenAddressFrom,
  peerAddressFrom,
  type PeerAddress,
} from "./peer-address.ts";
export { systemClock, systemEntropy, systemTimers } from "./system.ts";
export { wireLimitsDefault, type WireLimits } from "./wire-limits.ts";
