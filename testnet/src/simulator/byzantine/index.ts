/**
 * Validators that lie: correct nodes with somebody at their wire and their key who changes, keeps
 * back and adds what he likes. What a lie may be is drawn per seed and counted by its kind.
 */
export { allHonest, describeByzantine, drawByzantine, type ByzantineOptions } from "./draw.ts";
export { byzantineKinds, type ByzantineKind } from "./kinds.ts";
export { createLiarWire, type LiarOptions, type Plot } from "./liar-wire.ts";
