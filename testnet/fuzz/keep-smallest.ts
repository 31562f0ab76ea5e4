/** Of all inputs the fewest and shortest that reach what all of them reach. */
import { Coverage } from "./coverage.ts";
import type { Target } from "./target.ts";

export async function keepSmallest(
  inputs: readonly Uint8Array[],
  by: { readonly target: Target; readonly isOurs: (url: string) => boolean },
): Promise<readonly Uint8Array[]> {
  const coverage = new Coverage(by.isOurs);
  const kept: Uint8Array[] = [];
  try {
    // A block is known once some input ran it less often than what is around it.
    for (const input of inputs) {
      await by.target.run(input);
      coverage.take();
    }
    // What every good input runs belongs to none.
    for (const input of by.target.seeds) await by.target.run(input);
    coverage.learn(coverage.take());
    for (const input of inputs.toSorted((one, other) => one.length - other.length)) {
      await by.target.run(input);
      if (coverage.learn(coverage.take()).length > 0) kept.push(input);
    }
  } finally {
    coverage.stop();
  }
  return kept;
}
