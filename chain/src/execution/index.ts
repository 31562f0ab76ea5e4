/**
 * The application's side of ABCI: Cosmos transactions decoded with limits, the ante chain in the
 * SDK's order, messages all or nothing on overlays, gas, fees, events, and queries over committed
 * versions. What a message means is the modules' business: they implement `Module`, and meet one
 * another through the interfaces in `keepers.ts`.
 */
export {
  accountKeyFromAny,
  accountKeyFromGenesis,
  accountKeyToAny,
  addressOfKey,
  type AccountKey,
  type MultisigKey,
  type SingleKey,
} from "./account-key.ts";
export { Addresses, moduleAddress } from "./addresses.ts";
export { aminoJson, aminoNumber, aminoText, type AminoValue } from "./amino-json.ts";
export { TransactionApplication } from "./application.ts";
export { authorityName, requireAuthority } from "./authority.ts";
export {
  addAmounts,
  addCoins,
  amountFromText,
  coinsFromMessage,
  coinsToText,
  coinToMessage,
  coinToText,
  equalCoins,
  isDenom,
  sortCoins,
  type Coin,
  type Coins,
} from "./coins.ts";
export type { Composition, NodeOptions } from "./environment.ts";
export { Events } from "./events.ts";
export { gasCosts, GasMeter } from "./gas.ts";
export { gasPricesFromText, isEnough, requiredFees, type GasPrices } from "./gas-price.ts";
export { GenesisError, GenesisNode, type GenesisFault } from "./genesis-node.ts";
export { runGenesis } from "./genesis-run.ts";
export type { ChainIdentity } from "./identity.ts";
export type {
  Account,
  AccountKeeper,
  CoinKeeper,
  ConsensusKeeper,
  IdentityKeeper,
  Keepers,
  Payment,
} from "./keepers.ts";
export { limits as executionLimits } from "./limits.ts";
export { KeyCache } from "./key-cache.ts";
export {
  defineMessage,
  defineQuery,
  defineWalkingQuery,
  type Context,
  type GenesisContext,
  type Invariant,
  type MessageType,
  type Module,
  type ModuleAccountDefinition,
  type QueryContext,
  type QueryMethod,
} from "./module.ts";
export { Overlay, StateFailure } from "./overlay.ts";
export { paginate, type Page } from "./pagination.ts";
export { QueryError } from "./query-error.ts";
export { refusals, TxError, type Refusal } from "./refusals.ts";
export { coinToAmino, directSignBytes } from "./sign-bytes.ts";
export { remembering, Store, type StateCodec } from "./store.ts";
export {
  answerTxQuestion,
  readTxQuestion,
  type FoundTx,
  type TxFindings,
  type TxQuestion,
} from "./tx-queries.ts";
