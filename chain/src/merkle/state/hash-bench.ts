import { createRequire } from "node:module";
import { assert } from "#base";
import { DigestArea } from "#crypto";

/** Pairs hashed by one call: 32 KiB in, 16 KiB out. */
export const benchPairs = 512;

type HashInto = (input: Uint8Array, output: Uint8Array) => void;

/** Where inner hashes are computed, many with one native call. */
export class HashBench {
  readonly input = new Uint32Array(benchPairs * 16);
  readonly output = new Uint32Array(benchPairs * 8);
  readonly #input = new Uint8Array(this.input.buffer);
  readonly #output = new Uint8Array(this.output.buffer);

  /** sha256 of each of the first pairs. */
  run(pairs: number): void {
    assert(pairs > 0 && pairs <= benchPairs, "a bench holds that many pairs");
    hashInto(this.#input.subarray(0, pairs * 64), this.#output.subarray(0, pairs * 32));
  }
}

/** The vectorised hasher has builds for every supported platform; elsewhere node's own serves. */
const hashInto: HashInto = nativeHasher() ?? hashOneByOne;

function nativeHasher(): HashInto | undefined {
  const loaded = attempt();
  if (typeof loaded !== "object" || loaded === null || !("hashInto" in loaded)) return undefined;
  const { hashInto: native } = loaded;
  if (typeof native !== "function") return undefined;
  return (input, output) => {
    native(input, output);
  };
}

function attempt(): unknown {
  try {
    return createRequire(import.meta.url)("@chainsafe/hashtree");
  } catch (error) {
    // Whatever keeps a native module from loading, the slower way gives the same bytes.
    assert(error instanceof Error, "a module fails to load with an error");
    return undefined;
  }
}

/** @internal Exported for its test. */
export function hashOneByOne(input: Uint8Array, output: Uint8Array): void {
  const area = new DigestArea(1);
  for (let pair = 0; pair * 64 < input.length; pair++) {
    area.put(0, input.subarray(pair * 64, pair * 64 + 64));
    output.set(area.bytes, pair * 32);
  }
}
