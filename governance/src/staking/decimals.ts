/** Decimals of 18 places, as the SDK's LegacyDec: in genesis with a point, on the wire without. */
import type { GenesisNode } from "@pyralog/chain/execution";

export const decimalOne = 10n ** 18n;

const pattern = /^(?<whole>[0-9]{1,60})(?:\.(?<part>[0-9]{1,18}))?$/;

/** `0.1` to 10^17; otherwise the default, where nothing is written. */
export function decimalFromGenesis(node: GenesisNode, otherwise: bigint): bigint {
  if (node.isAbsent) return otherwise;
  const { whole, part = "" } = pattern.exec(node.text())?.groups ?? {};
  if (whole === undefined) node.refuse('write a decimal such as "0.100000000000000000"');
  return BigInt(whole) * decimalOne + BigInt(part.padEnd(18, "0"));
}
