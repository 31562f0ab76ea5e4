/**
 * Every bound of a node in one table, wherever it is declared, and how the bounds of different
 * parts stand to one another (STYLE rule 25). Each part asserts its own relations when loaded;
 * those between parts are asserted here, before a node starts. `node/docs/limits.md` shows them.
 */
import { assert } from "@pyralog/chain/base";
import { consensusLimits } from "@pyralog/chain/consensus";
import { createRelayLimits, evidenceLimits } from "@pyralog/chain/evidence";
import { executionLimits } from "@pyralog/chain/execution";
import { createGossipLimits } from "@pyralog/chain/gossip";
import { createMempoolLimits, type MempoolLimits } from "@pyralog/chain/mempool";
import { blockBytesCarried } from "@pyralog/chain/modules";
import { createSyncLimits } from "@pyralog/chain/sync";
import {
  blockBytesMax,
  consensusParamsDefault,
  extensionBytesMax,
  partBytesMax,
  partsMax,
  powerTotalMax,
  validatorsMax,
} from "@pyralog/chain/types";
import { driverLimits } from "#drivers";
import { wireLimitsDefault, type WireLimits } from "#io";
import { messageBytesMax } from "#ports";
import { rpcLimits } from "#rpc";
import { storageLimits } from "#storage";
import { relations } from "./limit-relations.ts";

/** What an operator's settings change of the defaults. */
export interface LimitChanges {
  readonly mempool?: Partial<MempoolLimits>;
  readonly wire?: Partial<WireLimits>;
}

const consensusTypes = {
  blockBytesMax,
  blockBytesCarried,
  partBytesMax,
  partsMax,
  validatorsMax,
  extensionBytesMax,
  powerTotalMax,
};

/** By the part that declares them. */
const defaults = {
  "chain/types": consensusTypes,
  "chain/consensus": consensusLimits,
  "chain/gossip": createGossipLimits(),
  "chain/sync": createSyncLimits(),
  "chain/mempool": createMempoolLimits(),
  "chain/evidence": { ...evidenceLimits, relay: createRelayLimits() },
  "chain/execution": executionLimits,
  genesis: consensusParamsDefault,
  "node/ports": { messageBytesMax },
  "node/io": wireLimitsDefault,
  "node/drivers": driverLimits,
  "node/storage": storageLimits,
  "node/rpc": rpcLimits,
};

export type Limits = typeof defaults;

export function createLimits(changes: LimitChanges = {}): Limits {
  return {
    ...defaults,
    "chain/mempool": createMempoolLimits(changes.mempool),
    "node/io": { ...wireLimitsDefault, ...changes.wire },
  };
}

/** @throws AssertionFailure that names the relation which does not hold. */
export function assertLimits(limits: Limits): void {
  for (const [claim, holds] of relations(limits)) assert(holds, claim);
}
