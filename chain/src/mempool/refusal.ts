/**
 * Why the pool does not take a transaction:
 * - `TX_IN_CACHE`: it was seen before.
 * - `MEMPOOL_FULL`: no room in number or bytes, and nothing that should yield to it.
 * - `TX_TOO_LARGE`: over the node's own limit.
 * - `TX_OVER_BLOCK`: no block could hold it.
 * - `GAS_NEGATIVE`, `GAS_OVER_BLOCK`: the application asks for gas that no block gives.
 * - `SENDER_FULL`: its sender has as many waiting as one may have.
 */
export type MempoolRefusalCode =
  | "TX_IN_CACHE"
  | "MEMPOOL_FULL"
  | "TX_TOO_LARGE"
  | "TX_OVER_BLOCK"
  | "GAS_NEGATIVE"
  | "GAS_OVER_BLOCK"
  | "SENDER_FULL";

/** A plain value and no `Error`: in a flood, stack traces would cost more than the refusals. */
export interface MempoolRefusal {
  readonly code: MempoolRefusalCode;
  /** CometBFT v0.38's words, which its clients look for. */
  readonly message: string;
}

export const txInCache: MempoolRefusal = {
  code: "TX_IN_CACHE",
  message: "tx already exists in cache",
};

export function mempoolFull(pool: {
  readonly txs: number;
  readonly txsMax: number;
  readonly bytes: number;
  readonly bytesMax: number;
}): MempoolRefusal {
  const { txs, txsMax, bytes, bytesMax } = pool;
  return {
    code: "MEMPOOL_FULL",
    message:
      `mempool is full: number of txs ${txs} (max: ${txsMax}), ` +
      `total txs bytes ${bytes} (max: ${bytesMax})`,
  };
}

export function txTooLarge(size: { readonly got: number; readonly max: number }): MempoolRefusal {
  return {
    code: "TX_TOO_LARGE",
    message: `Tx too large. Max size is ${size.max}, but got ${size.got}`,
  };
}

export function txOverBlock(size: { readonly got: number; readonly max: number }): MempoolRefusal {
  return {
    code: "TX_OVER_BLOCK",
    message: `tx size is too big: ${size.got}, max: ${size.max}`,
  };
}

function gasNegative(gasWanted: bigint): MempoolRefusal {
  return { code: "GAS_NEGATIVE", message: `gas wanted ${gasWanted} is negative` };
}

function gasOverBlock(gas: { readonly got: bigint; readonly max: bigint }): MempoolRefusal {
  return {
    code: "GAS_OVER_BLOCK",
    message: `gas wanted ${gas.got} is greater than max gas ${gas.max}`,
  };
}

export function senderFull(sender: {
  readonly name: string;
  readonly max: number;
}): MempoolRefusal {
  return {
    code: "SENDER_FULL",
    message: `too many transactions of ${sender.name} are waiting (max: ${sender.max})`,
  };
}

/** What the block's limit of gas says of what a transaction wants; a negative one is none. */
export function ofGas(gasWanted: bigint, gasMax: bigint): MempoolRefusal | undefined {
  if (gasMax < 0n) return undefined;
  if (gasWanted < 0n) return gasNegative(gasWanted);
  return gasWanted > gasMax ? gasOverBlock({ got: gasWanted, max: gasMax }) : undefined;
}
