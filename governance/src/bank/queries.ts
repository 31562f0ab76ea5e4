/** `cosmos.bank.v1beta1.Query`. */
import { textFromBytes, type Work } from "@pyralog/chain/base";
import {
  bankQueryWires,
  denomMetadataWire,
  type CoinMessage,
  type DenomMetadata,
  type PageRequest,
} from "@pyralog/chain/codec";
import {
  coinToMessage,
  defineQuery,
  defineWalkingQuery,
  isDenom,
  paginate,
  QueryError,
  type Page,
  type QueryContext,
  type QueryMethod,
} from "@pyralog/chain/execution";
import { createAddress, type Address } from "@pyralog/chain/types";
import { amountCodec } from "./amounts.ts";
import { readBalance, readSupply } from "./balances.ts";
import { readMetadata } from "./metadata.ts";
import { readParams } from "./params.ts";
import {
  accountBalancesPrefix,
  denomOwnersPrefix,
  metadataPrefix,
  sendEnabledKey,
  sendEnabledPrefix,
  supplyPrefix,
} from "./state-keys.ts";

const path = (method: string): string => `/cosmos.bank.v1beta1.Query/${method}`;

interface OfAccount {
  readonly address: string;
  readonly pagination: PageRequest | undefined;
}

interface OfDenom {
  readonly denom: string;
}

const balanceQueries: readonly QueryMethod[] = [
  defineQuery({ path: path("Balance"), wires: bankQueryWires.Balance, answer: balance }),
  defineQuery({
    path: path("SpendableBalanceByDenom"),
    wires: bankQueryWires.SpendableBalanceByDenom,
    answer: balance,
  }),
  defineWalkingQuery({
    path: path("AllBalances"),
    wires: bankQueryWires.AllBalances,
    answer: balances,
  }),
  defineWalkingQuery({
    path: path("SpendableBalances"),
    wires: bankQueryWires.SpendableBalances,
    answer: balances,
  }),
  defineWalkingQuery({
    path: path("DenomOwners"),
    wires: bankQueryWires.DenomOwners,
    answer: owners,
  }),
  defineWalkingQuery({
    path: path("DenomOwnersByQuery"),
    wires: bankQueryWires.DenomOwnersByQuery,
    answer: owners,
  }),
];

const supplyQueries: readonly QueryMethod[] = [
  defineWalkingQuery({
    path: path("TotalSupply"),
    wires: bankQueryWires.TotalSupply,
    *answer({ store }, { pagination: request }) {
      const page = yield* paginate({ store, prefix: supplyPrefix, request, take: coinAt });
      return { supply: page.items, pagination: page.pagination };
    },
  }),
  defineQuery({
    path: path("SupplyOf"),
    wires: bankQueryWires.SupplyOf,
    answer({ store }, { denom }) {
      requireDenom(denom);
      return { amount: coinToMessage({ denom, amount: readSupply(store, denom) }) };
    },
  }),
];

const settingQueries: readonly QueryMethod[] = [
  defineQuery({
    path: path("Params"),
    wires: bankQueryWires.Params,
    answer: ({ store }) => ({ params: readParams(store) }),
  }),
  defineWalkingQuery({
    path: path("SendEnabled"),
    wires: bankQueryWires.SendEnabled,
    *answer({ store }, { denoms, pagination: request }) {
      if (denoms.length > 0) {
        const sendEnabled = denoms.flatMap((denom) => {
          const own = isDenom(denom) ? store.get(sendEnabledKey(denom)) : undefined;
          return own === undefined ? [] : [{ denom, enabled: own[0] === 1 }];
        });
        return { sendEnabled, pagination: undefined };
      }
      const { items, pagination } = yield* paginate({
        store,
        prefix: sendEnabledPrefix,
        request,
        take: (key, value) => ({ denom: textFromBytes(key), enabled: value[0] === 1 }),
      });
      return { sendEnabled: items, pagination };
    },
  }),
];

const metadataQueries: readonly QueryMethod[] = [
  defineQuery({
    path: path("DenomMetadata"),
    wires: bankQueryWires.DenomMetadata,
    answer: metadataOf,
  }),
  defineQuery({
    path: path("DenomMetadataByQueryString"),
    wires: bankQueryWires.DenomMetadataByQueryString,
    answer: metadataOf,
  }),
  defineWalkingQuery({
    path: path("DenomsMetadata"),
    wires: bankQueryWires.DenomsMetadata,
    *answer({ store }, { pagination: request }) {
      const { items, pagination } = yield* paginate({
        store,
        prefix: metadataPrefix,
        request,
        take: (_, value) => denomMetadataWire.decode(value),
      });
      return { metadatas: items, pagination };
    },
  }),
];

export const bankQueries: readonly QueryMethod[] = [
  ...balanceQueries,
  ...supplyQueries,
  ...settingQueries,
  ...metadataQueries,
];

/** Always a coin: "0" where there is none. */
function balance(
  context: QueryContext,
  request: { readonly address: string; readonly denom: string },
): { readonly balance: CoinMessage } {
  const { denom } = request;
  requireDenom(denom);
  const address = parse(context, request.address);
  const amount = readBalance(context.store, { address, denom });
  return { balance: coinToMessage({ denom, amount }) };
}

function* balances(
  context: QueryContext,
  request: OfAccount,
): Work<{
  readonly balances: readonly CoinMessage[];
  readonly pagination: Page<CoinMessage>["pagination"];
}> {
  const prefix = accountBalancesPrefix(parse(context, request.address));
  const { store } = context;
  const page = yield* paginate({ store, prefix, request: request.pagination, take: coinAt });
  return { balances: page.items, pagination: page.pagination };
}

interface Owner {
  readonly address: string;
  readonly balance: CoinMessage;
}

function* owners(
  context: QueryContext,
  request: OfDenom & { readonly pagination: PageRequest | undefined },
): Work<{
  readonly denomOwners: readonly Owner[];
  readonly pagination: Page<Owner>["pagination"];
}> {
  const { denom } = request;
  requireDenom(denom);
  const { store, block } = context;
  const page = yield* paginate({
    store,
    prefix: denomOwnersPrefix(denom),
    request: request.pagination,
    take(key) {
      const address = createAddress(key.slice(1));
      const amount = readBalance(store, { address, denom });
      return { address: block.addresses.text(address), balance: coinToMessage({ denom, amount }) };
    },
  });
  return { denomOwners: page.items, pagination: page.pagination };
}

function metadataOf(
  { store }: QueryContext,
  { denom }: OfDenom,
): { readonly metadata: DenomMetadata } {
  requireDenom(denom);
  const metadata = readMetadata(store, denom);
  if (metadata === undefined) {
    throw new QueryError("NotFound", `client metadata for denom ${denom}`);
  }
  return { metadata };
}

function coinAt(key: Uint8Array, value: Uint8Array): CoinMessage {
  return coinToMessage({ denom: textFromBytes(key), amount: amountCodec.decode(value) });
}

function requireDenom(denom: string): void {
  if (isDenom(denom)) return;
  throw new QueryError("InvalidArgument", `invalid denom: ${denom.slice(0, 128)}`);
}

function parse(context: QueryContext, text: string): Address {
  const parsed = context.block.addresses.parse(text);
  if (parsed.kind === "ok") return parsed.value;
  throw new QueryError("InvalidArgument", `invalid address: ${parsed.error}`);
}
