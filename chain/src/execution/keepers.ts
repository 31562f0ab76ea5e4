/**
 * What the ante chain and the modules need of one another, as interfaces: `chain/modules` and
 * `governance` implement them, `node/app` binds them, and nobody imports a sibling.
 */
import type { AuthParams } from "#codec";
import type { StateReader } from "#merkle";
import type { Address, ConsensusParams } from "#types";
import type { AccountKey } from "./account-key.ts";
import type { Coins } from "./coins.ts";
import type { GenesisNode } from "./genesis-node.ts";
import type { ChainIdentity } from "./identity.ts";
import type { Context } from "./module.ts";
import type { Store } from "./store.ts";

export interface Account {
  readonly address: Address;
  readonly number: bigint;
  readonly sequence: bigint;
  readonly publicKey: AccountKey | undefined;
  /** What makes it a module's account: nobody holds its key. */
  readonly module: { readonly name: string; readonly permissions: readonly string[] } | undefined;
}

export interface AccountKeeper {
  params(store: Store): AuthParams;
  get(store: Store, address: Address): Account | undefined;
  put(store: Store, account: Account): void;
  /** The account, made with the next number where there was none. */
  ensure(store: Store, address: Address): Account;
}

export interface Payment {
  readonly from: Address;
  readonly to: Address;
  readonly coins: Coins;
}

export interface CoinKeeper {
  /** Moves coins to an account that there is, past all send rules. @throws TxError */
  pay(context: Context, payment: Payment): void;
  /** As `pay`; the account to receive them comes into being where there was none. */
  transfer(context: Context, payment: Payment): void;
  balance(store: Store, holding: { readonly address: Address; readonly denom: string }): bigint;
}

export interface IdentityKeeper {
  /** @throws GenesisError */
  fromGenesis(genesis: GenesisNode, chainId: string): ChainIdentity;
  /** Nothing before genesis. */
  read(state: StateReader): ChainIdentity | undefined;
}

export interface ConsensusKeeper {
  params(store: Store): ConsensusParams;
}

export interface Keepers {
  readonly accounts: AccountKeeper;
  readonly coins: CoinKeeper;
  readonly identity: IdentityKeeper;
  readonly consensus: ConsensusKeeper;
}
