/**
 * What happens to real networks, as tests and long runs tell it: validators in processes of their
 * own are killed, cut off and loaded, and what must hold of chain, signatures and money is checked
 * by the same checkers that watch the simulator. Each scenario throws what it finds.
 */
export { crashAll, type CrashOptions, type CrashReport } from "./crash-all.ts";
export { corruptNode } from "./corrupt-node.ts";
export { corruptOften } from "./corrupt-disk.ts";
export {
  crashAtAll,
  crashAtEach,
  everyFailpoint,
  failpointsAlone,
  failpointsOfSending,
} from "./crash-at.ts";
export { crashOften } from "./crash-often.ts";
export { crashOne } from "./crash-one.ts";
export { farBehind, type FarBehindReport } from "./far-behind.ts";
export { Fleet, type Dial, type FleetNode, type FleetOptions } from "./fleet.ts";
export { flood, floodGenesis, type FloodReport } from "./flood.ts";
export { History } from "./history.ts";
export { checkMoney, supplyAtGenesis } from "./money.ts";
export { checkAcknowledged, type Acknowledged } from "./payments.ts";
export { PowerCuts } from "./power-cuts.ts";
export { Ring, type Cut } from "./ring.ts";
export { ScenarioError, type ScenarioErrorCode } from "./scenario-error.ts";
export { Signatures } from "./signatures.ts";
export { assertSilent, signsAfter } from "./signing.ts";
export { TcpGate, type Direction } from "./tcp-gate.ts";
export { writeChain, type WrittenBlock } from "./write-chain.ts";
