/**
 * What every other module stands on: branded primitives, bytes and their spellings, assertions,
 * results, coded errors, seeded chance and interruptible work. It knows nothing of blocks, and it
 * imports nothing.
 */
export { Allowance } from "./allowance.ts";
export { assert, AssertionFailure, defined } from "./assert.ts";
export { base64FromBytes, bytesFromBase64 } from "./base64.ts";
export { brand, type Branded } from "./brand.ts";
export {
  bytesFromText,
  compareBytes,
  concatBytes,
  emptyBytes,
  equalBytes,
  latin1FromBytes,
  textFromBytes,
} from "./bytes.ts";
export { ChainError, type Facts } from "./chain-error.ts";
export { bytesFromHex, hexFromBytes } from "./hex.ts";
export { createPrng, type Prng } from "./prng.ts";
export { ok, refused, type Result } from "./result.ts";
export { finish, type Work } from "./work.ts";
