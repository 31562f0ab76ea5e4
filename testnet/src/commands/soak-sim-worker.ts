/** One process of the simulator's soak: gets seeds, gives reports, ends when none asks any more. */
import { drawOptions, reportOf, runSeed } from "#simulator";

/** Each seed is long enough that its beginning is a small part of it. */
const cycles = 8;

// The guard, which only waits for the parent's end, lets a process go that has nothing else to do.
process.channel?.ref();
process.on("message", (asked: { readonly seed: number }) => {
  void runSeed(drawOptions(asked.seed, { cycles })).then((result) =>
    process.send?.(reportOf(result)),
  );
});
