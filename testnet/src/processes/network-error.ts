import { ChainError } from "@pyralog/chain/base";

/**
 * - `OPTION_INVALID`: an option of `npm start` that cannot be.
 * - `NETWORK_MISSING`: the home holds no local network.
 * - `NETWORK_RUNNING`: another process runs the network of this home.
 * - `NETWORK_STOPPED`: the network of this home does not run.
 * - `NETWORK_DIFFERS`: the home holds a network that was made with other options.
 * - `NODE_UNKNOWN`: no node of the network has this name.
 * - `NODE_STATE`: the node is not in a state in which this can be done.
 * - `NODE_FAILED`: a node ended before the network was ready.
 * - `NOT_READY`: the network did not make a block in time.
 * - `PORTS_TAKEN`: no block of free ports was found.
 * - `GENESIS_PATCH_INVALID`: the file of `--genesis` is not a JSON merge patch that fits.
 * - `UNFIT`: the machine lacks something that a local network needs.
 */
export type NetworkErrorCode =
  | "OPTION_INVALID"
  | "NETWORK_MISSING"
  | "NETWORK_RUNNING"
  | "NETWORK_STOPPED"
  | "NETWORK_DIFFERS"
  | "NODE_UNKNOWN"
  | "NODE_STATE"
  | "NODE_FAILED"
  | "NOT_READY"
  | "PORTS_TAKEN"
  | "GENESIS_PATCH_INVALID"
  | "UNFIT";

/** Says what happened and what to type next. */
export class NetworkError extends ChainError<NetworkErrorCode> {}
