/** CometBFT v0.38's limits, with the names that its specification gives them. */
import { assert } from "#base";

export const blockBytesMax = 104_857_600;
export const partBytesMax = 65_536;
export const partsMax = blockBytesMax / partBytesMax + 1;
export const validatorsMax = 10_000;
/** Transactions, votes and evidence of one block: so many, and one more for each 64 bytes of it. */
export const blockItemsMax = 65_536;
export const bytesPerBlockItem = 64;
export const proofAuntsMax = 100;
export const signatureBytesMax = 64;
export const extensionBytesMax = 1_048_576;
export const chainIdLengthMax = 50;
export const hashBytes = 32;
export const addressBytes = 20;
export const blockProtocol = 11n;
export const int64Max = 2n ** 63n - 1n;
export const int32Max = 2 ** 31 - 1;
/** So that sums of priorities and powers stay inside 64 bits. */
export const powerTotalMax = int64Max / 8n;

assert(Number.isInteger(partsMax), "a block of the greatest size fills whole parts");
assert(2 ** proofAuntsMax > partsMax, "a proof reaches every part");
