/**
 * The messages of Cosmos SDK 0.50 that this project speaks (transactions, keys and the modules'
 * query services), field by field as in proto/cosmos. Tables only: what a value means, and which
 * values are refused, stands in the module that owns it.
 */
export * from "./auth.ts";
export * from "./bank.ts";
export * from "./base.ts";
export * from "./consensus.ts";
export * from "./crypto.ts";
export * from "./staking.ts";
export * from "./tx.ts";
export * from "./tx-service.ts";
