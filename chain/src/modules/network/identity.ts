import { bool, message, string, uint64 } from "#codec";
import type { ChainIdentity, IdentityKeeper, StateCodec } from "#execution";
import { identityFromGenesis } from "./genesis.ts";
import { identityKey } from "./state-keys.ts";

const identityWire = message("pyralog.network.v1.Identity", {
  chainId: string(1),
  bech32Prefix: string(2),
  denom: string(3),
  dev: bool(4),
  /** Amounts in decimal digits: they may pass 64 bits. */
  gasPriceMin: string(5),
  txGasMax: uint64(6),
  powerReduction: string(7),
});

export const identityCodec: StateCodec<ChainIdentity> = {
  encode: (identity) =>
    identityWire.encode({
      ...identity,
      gasPriceMin: identity.gasPriceMin.toString(),
      powerReduction: identity.powerReduction.toString(),
    }),
  decode(bytes) {
    const wire = identityWire.decode(bytes);
    return {
      ...wire,
      gasPriceMin: BigInt(wire.gasPriceMin),
      powerReduction: BigInt(wire.powerReduction),
    };
  },
};

export const identityKeeper: IdentityKeeper = {
  fromGenesis: identityFromGenesis,
  read(state) {
    const value = state.get(identityKey);
    return value === undefined ? undefined : identityCodec.decode(value);
  },
};
