import { bigintAt, member, textAt } from "./json.ts";
import type { Rpc } from "./rpc.ts";

export interface NodeStatus {
  readonly chainId: string;
  readonly moniker: string;
  /** CometBFT's version that the node speaks like. */
  readonly version: string;
  readonly nodeId: string;
  /** The chain's genesis is marked as one for development. */
  readonly dev: boolean;
  readonly height: bigint;
  readonly time: string;
  readonly appHash: string;
  readonly catchingUp: boolean;
  readonly validatorAddress: string;
  readonly validatorPower: bigint;
}

export async function fetchStatus(rpc: Rpc): Promise<NodeStatus> {
  const status = await rpc.call("status");
  const info = member(status, "node_info");
  const sync = member(status, "sync_info");
  const validator = member(status, "validator_info");
  return {
    chainId: textAt(info, "network"),
    moniker: textAt(info, "moniker"),
    version: textAt(info, "version"),
    nodeId: textAt(info, "id"),
    dev: member(info, "other", "dev") === "true",
    height: bigintAt(sync, "latest_block_height"),
    time: textAt(sync, "latest_block_time"),
    appHash: textAt(sync, "latest_app_hash"),
    catchingUp: member(sync, "catching_up") === true,
    validatorAddress: textAt(validator, "address"),
    validatorPower: bigintAt(validator, "voting_power"),
  };
}
