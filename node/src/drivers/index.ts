/**
 * Drivers join the machines to the world. They take one effect, do it through a port, and report
 * what came of it; a decision found here belongs in a machine. They know the world by `node/ports`
 * alone, so the simulator runs them unchanged.
 */
export type { CommittedBlock, NodeEvent } from "./events.ts";
export { driverLimits } from "./limits.ts";
export { loadState } from "./load-state.ts";
export { Mailbox } from "./mailbox.ts";
export type { Submission } from "./mempool-driver.ts";
export type { Node, NodeOptions, NodePorts } from "./node.ts";
export { openNode, signRecordPath } from "./open-node.ts";
export { runSliced } from "./sliced.ts";
export { takingTurns } from "./taking-turns.ts";
