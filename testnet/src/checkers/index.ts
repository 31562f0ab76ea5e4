/**
 * What must hold of a network whatever happens to it, each as a watcher that throws the moment it
 * is broken. They know nothing of how the network is run: the simulator and the tests of real
 * processes feed the same ones.
 */
export { Accountability, type Accused, type LoggedVote } from "./accountability.ts";
export { Agreement, type Decision } from "./agreement.ts";
export { Bounds, type Measured } from "./bounds.ts";
export { DoubleSign } from "./double-sign.ts";
export { Durability } from "./durability.ts";
export { Punishment, type Misbehavior } from "./punishment.ts";
export { Quiescence, type Pieces } from "./quiescence.ts";
export { Supply, type CountedCoins } from "./supply.ts";
export { Validity, type DecidedBlock } from "./validity.ts";
export { Violation, violation, type Invariant } from "./violation.ts";
