/**
 * The ports of `node` over one seed: virtual time, disks that forget, tables, and a network that
 * delays, cuts and, if asked to, breaks its promises. The code above the ports is the one that
 * production runs.
 */
export { EventQueue } from "./event-queue.ts";
export { SimDisk, type DiskFaults } from "./sim-disk.ts";
export { SimNetwork, type NetworkRules } from "./sim-network.ts";
export { SimClock, SimProcess } from "./sim-process.ts";
export { SimTable, type TableFaults } from "./sim-table.ts";
export { SimWorld, type SimPorts, type SimWorldOptions } from "./sim-world.ts";
export { Trace } from "./trace.ts";
