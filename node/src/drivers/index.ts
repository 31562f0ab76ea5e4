/**
 * Drivers join the machines to the world. They take one effect, do it through a port, and report
 * what came of it; a decision found here belongs in a machine. They know the world by `node/ports`
 * alone, so the simulator runs them unchanged.
 */
export { Mailbox } from "./mailbox.ts";
