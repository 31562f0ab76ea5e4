/** Everything that may go wrong in a simulated world, class by class, and who lets it happen. */
export { faultKinds, isFaultKind, type FaultKind } from "./fault-table.ts";
export { Faults } from "./faults.ts";
