/** What makes this chain this one: set by genesis, kept in state, the same on every machine. */
export interface ChainIdentity {
  readonly chainId: string;
  readonly bech32Prefix: string;
  /** The base denomination of the token that pays fees. */
  readonly denom: string;
  /** Development keys are accepted, and worthless. */
  readonly dev: boolean;
  /** Base units per gas below which no transaction enters a block. */
  readonly gasPriceMin: bigint;
  /** The most gas one transaction may ask for. */
  readonly txGasMax: bigint;
  /** Base units of stake per unit of voting power. */
  readonly powerReduction: bigint;
}
