/** Targets with a fault each, which only a fuzzer that looks at coverage finds in seconds. */
import type { Target } from "../../../fuzz/target.ts";

type Fault = (input: Uint8Array) => void;

/** Three bytes, one after the other: chance alone would need sixteen million inputs. */
export function guarded(fault: Fault): Target {
  return {
    shape: "bytes",
    prefixBytes: 0,
    seeds: [new Uint8Array(8)],
    tokens: [],
    run(input) {
      if (input[0] !== 0x70) return;
      if (input[1] !== 0x79) return;
      if (input[2] !== 0x72) return;
      fault(input);
    },
  };
}
