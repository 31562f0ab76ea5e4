/** What staking promises: the pools hold what the validators' tokens sum up to. */
import { bondStatus, stakingValidatorWire } from "@pyralog/chain/codec";
import type { CoinKeeper, Invariant } from "@pyralog/chain/execution";
import { readParams } from "./params.ts";
import { bondedPool, notBondedPool } from "./pools.ts";
import { validatorsPrefix } from "./state-keys.ts";

export function stakingInvariants(coins: CoinKeeper): readonly Invariant[] {
  return [
    {
      name: "staking: pools",
      scope: "whole",
      check({ store }) {
        const { bondDenom: denom } = readParams(store);
        let [bonded, notBonded] = [0n, 0n];
        for (const [, value] of store.scan({ prefix: validatorsPrefix })) {
          const { status, tokens } = stakingValidatorWire.decode(value);
          if (status === bondStatus.bonded) bonded += BigInt(tokens);
          else notBonded += BigInt(tokens);
        }
        const held = coins.balance(store, { address: bondedPool, denom });
        if (held !== bonded) return `the bonded pool holds ${held}, validators have ${bonded}`;
        const rest = coins.balance(store, { address: notBondedPool, denom });
        return rest < notBonded
          ? `the other pool holds ${rest}, less than ${notBonded}`
          : undefined;
      },
    },
  ];
}
