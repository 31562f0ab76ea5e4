/** All classes of faults by their names; whoever adds one adds it here. */
import { clockFaults } from "./clock-faults.ts";
import { crashFaults } from "./crash-faults.ts";
import { diskFaults } from "./disk-faults.ts";
import type { Fault } from "./fault.ts";
import { linkFaults } from "./link-faults.ts";
import { membershipFaults } from "./membership-faults.ts";
import { partitionFaults } from "./partition-faults.ts";

const faultTable = {
  ...linkFaults,
  ...partitionFaults,
  ...crashFaults,
  ...diskFaults,
  ...clockFaults,
  ...membershipFaults,
};

export type FaultKind = keyof typeof faultTable;

export const faultKinds = Object.keys(faultTable).filter(isFaultKind).toSorted();

export function isFaultKind(name: string): name is FaultKind {
  return Object.hasOwn(faultTable, name);
}

export function isMembership(kind: FaultKind): boolean {
  return Object.hasOwn(membershipFaults, kind);
}

export function faultOf(kind: FaultKind): Fault {
  return faultTable[kind];
}
