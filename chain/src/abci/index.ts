/**
 * The seam between an engine and an application, as plain values in one process, and the oracle of
 * the order in which calls may come. Nothing here knows how either side works.
 */
export type * from "./application.ts";
export { inOrder } from "./in-order.ts";
export { isUndecodable } from "./undecodable.ts";
export { CallOrder, type Call } from "./order.ts";
