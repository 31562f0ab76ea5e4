/**
 * Whole validators on one thread and one seed: production's engine, gossip, sync, pool, replica,
 * execution, storage and drivers over simulated ports, in virtual time. What must hold is watched
 * at every step; a seed that breaks it replays exactly.
 */
export { faultKinds, isFaultKind, type FaultKind } from "./faults/index.ts";
export { describeOptions, drawOptions, type FixedOptions, type SeedOptions } from "./options.ts";
export {
  exploreTwins,
  schedulesCount,
  type TwinsOptions,
  type TwinsReport,
} from "./twins/index.ts";
export { runCoalition, type CoalitionResult } from "./run-coalition.ts";
export { describeFailure, runSeed, type SeedResult } from "./run-seed.ts";
export { minimise } from "./minimise.ts";
export { reportOf, Tally, type SeedReport } from "./tally.ts";
