/** The parameters of staking: how many validate, and how long stake stays bound. */
import { defined } from "@pyralog/chain/base";
import { stakingParamsWire, type StakingParams } from "@pyralog/chain/codec";
import { remembering, type GenesisNode, type Store } from "@pyralog/chain/execution";
import { decimalFromGenesis } from "./decimals.ts";
import { paramsKey } from "./state-keys.ts";

const codec = remembering(stakingParamsWire);
const secondsPattern = /^(?<seconds>[0-9]{1,12})s$/;
const validatorsMax = 1000n;
const entriesMax = 100n;
const historyMax = 100_000n;

export function readParams(store: Store): StakingParams {
  return defined(store.read(paramsKey, codec), "genesis sets the parameters of staking");
}

export function writeParams(store: Store, params: StakingParams): void {
  store.write(paramsKey, { codec, value: params });
}

/** Defaults as in the SDK; the denomination is the chain's. */
export function paramsFromGenesis(node: GenesisNode, denom: string): StakingParams {
  return {
    unbondingTime: durationFrom(node.at("unbonding_time")),
    maxValidators: countFrom(node.at("max_validators"), { otherwise: 100n, max: validatorsMax }),
    maxEntries: countFrom(node.at("max_entries"), { otherwise: 7n, max: entriesMax }),
    historicalEntries: countFrom(node.at("historical_entries"), {
      otherwise: 10_000n,
      max: historyMax,
    }),
    bondDenom: node.at("bond_denom").denom(denom),
    minCommissionRate: decimalFromGenesis(node.at("min_commission_rate"), 0n).toString(),
  };
}

function countFrom(
  node: GenesisNode,
  bounds: { readonly otherwise: bigint; readonly max: bigint },
): number {
  const count = node.whole(bounds.otherwise);
  return count >= 1n && count <= bounds.max
    ? Number(count)
    : node.refuse(`write 1 to ${bounds.max}`);
}

/** Whole seconds, as protobuf's JSON writes a duration: `1814400s`. */
function durationFrom(node: GenesisNode): { readonly seconds: bigint; readonly nanos: number } {
  const { seconds } = secondsPattern.exec(node.text("1814400s"))?.groups ?? {};
  if (seconds === undefined || BigInt(seconds) === 0n) node.refuse('write seconds such as "60s"');
  return { seconds: BigInt(seconds), nanos: 0 };
}
