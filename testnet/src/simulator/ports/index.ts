/**
 * The ports of `node` over one seed: virtual time, disks that forget, tables, and a network that
 * delays, cuts and, if asked to, breaks its promises. The code above the ports is the one that
 * production runs.
 */
export { EventQueue } from "./event-queue.ts";
export { SimDisk, type DiskFaults } from "./sim-disk.ts";
export { SimNetwork } from "./sim-network.ts";
export type { NetworkRules } from "./network-rules.ts";
export { SimClock, SimProcess, type Trap } from "./sim-process.ts";
export { SimTable, type TableFaults } from "./sim-table.ts";
export type { SparseBytes } from "./sparse-bytes.ts";
export type { Crash } from "./survivors.ts";
export { SimWorld, type SimPorts, type SimWorldOptions } from "./sim-world.ts";
export { Trace } from "./trace.ts";
