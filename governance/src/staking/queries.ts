/** `cosmos.staking.v1beta1.Query`, as far as nothing moves stake yet. */
import { defined } from "@pyralog/chain/base";
import {
  bondStatus,
  stakingQueryWires,
  stakingValidatorWire,
  delegationWire,
  type DelegationMessage,
  type PageRequest,
  type StakingValidatorMessage,
} from "@pyralog/chain/codec";
import {
  coinToMessage,
  defineQuery,
  defineWalkingQuery,
  paginate,
  QueryError,
  type CoinKeeper,
  type QueryContext,
  type QueryMethod,
} from "@pyralog/chain/execution";
import { createAddress, type Address } from "@pyralog/chain/types";
import { readParams } from "./params.ts";
import { bondedPool, notBondedPool } from "./pools.ts";
import { addressAt, delegatorPrefix, ofValidatorPrefix, validatorsPrefix } from "./state-keys.ts";
import { readDelegation, readValidator } from "./validators.ts";

const path = (method: string): string => `/cosmos.staking.v1beta1.Query/${method}`;

const statuses = new Map<string, number>([
  ["BOND_STATUS_UNBONDED", bondStatus.unbonded],
  ["BOND_STATUS_UNBONDING", bondStatus.unbonding],
  ["BOND_STATUS_BONDED", bondStatus.bonded],
]);

export function stakingQueries(coins: CoinKeeper): readonly QueryMethod[] {
  return [...validatorQueries, ...delegationQueries, ...delegatorQueries, poolQuery(coins), params];
}

const params = defineQuery({
  path: path("Params"),
  wires: stakingQueryWires.Params,
  answer: ({ store }) => ({ params: readParams(store) }),
});

function poolQuery(coins: CoinKeeper): QueryMethod {
  return defineQuery({
    path: path("Pool"),
    wires: stakingQueryWires.Pool,
    answer({ store }) {
      const { bondDenom: denom } = readParams(store);
      const held = (address: Address): string =>
        coins.balance(store, { address, denom }).toString();
      return { pool: { notBondedTokens: held(notBondedPool), bondedTokens: held(bondedPool) } };
    },
  });
}

const validatorQueries: readonly QueryMethod[] = [
  defineWalkingQuery({
    path: path("Validators"),
    wires: stakingQueryWires.Validators,
    *answer({ store }, { status, pagination: request }) {
      const wanted = statuses.get(status);
      if (wanted === undefined && status !== "") {
        throw new QueryError("InvalidArgument", `invalid validator status ${status.slice(0, 64)}`);
      }
      const { items, pagination } = yield* paginate({
        store,
        prefix: validatorsPrefix,
        request,
        take: (_, value) => stakingValidatorWire.decode(value),
        ...(wanted === undefined
          ? {}
          : { isWanted: (value) => stakingValidatorWire.decode(value).status === wanted }),
      });
      return { validators: items, pagination };
    },
  }),
  defineQuery({
    path: path("Validator"),
    wires: stakingQueryWires.Validator,
    answer(context, { validatorAddr }) {
      return { validator: find(context, operatorFrom(context, validatorAddr)) };
    },
  }),
];

const delegationQueries: readonly QueryMethod[] = [
  defineWalkingQuery({
    path: path("ValidatorDelegations"),
    wires: stakingQueryWires.ValidatorDelegations,
    *answer(context, { validatorAddr, pagination: request }) {
      const { store } = context;
      const validator = operatorFrom(context, validatorAddr);
      find(context, validator);
      const { items, pagination } = yield* paginate({
        store,
        prefix: ofValidatorPrefix(validator),
        request,
        take(key) {
          const delegator = createAddress(key.slice(addressAt));
          const delegation = readDelegation(store, { delegator, validator });
          return toResponse(context, defined(delegation, "the index names delegations"));
        },
      });
      return { delegationResponses: items, pagination };
    },
  }),
  defineQuery({
    path: path("Delegation"),
    wires: stakingQueryWires.Delegation,
    answer: (context, request) => ({ delegationResponse: findDelegation(context, request) }),
  }),
];

const delegatorQueries: readonly QueryMethod[] = [
  defineWalkingQuery({
    path: path("DelegatorDelegations"),
    wires: stakingQueryWires.DelegatorDelegations,
    *answer(context, request) {
      const { items, pagination } = yield* delegationsOf(context, request);
      const delegationResponses = items.map((item) => toResponse(context, item));
      return { delegationResponses, pagination };
    },
  }),
  defineWalkingQuery({
    path: path("DelegatorValidators"),
    wires: stakingQueryWires.DelegatorValidators,
    *answer(context, request) {
      const { items, pagination } = yield* delegationsOf(context, request);
      const validators = items.map((item) => validatorOf(context, item));
      return { validators, pagination };
    },
  }),
  defineQuery({
    path: path("DelegatorValidator"),
    wires: stakingQueryWires.DelegatorValidator,
    answer: (context, request) => ({
      validator: validatorOf(context, findDelegation(context, request).delegation),
    }),
  }),
];

type Paged = ReturnType<typeof paginate<DelegationMessage>>;

function delegationsOf(
  context: QueryContext,
  request: { readonly delegatorAddr: string; readonly pagination: PageRequest | undefined },
): Paged {
  return paginate({
    store: context.store,
    prefix: delegatorPrefix(accountFrom(context, request.delegatorAddr)),
    request: request.pagination,
    take: (_, value) => delegationWire.decode(value),
  });
}

interface DelegationResponse {
  readonly delegation: DelegationMessage;
  readonly balance: ReturnType<typeof coinToMessage>;
}

function findDelegation(
  context: QueryContext,
  request: { readonly delegatorAddr: string; readonly validatorAddr: string },
): DelegationResponse {
  const { delegatorAddr, validatorAddr } = request;
  const delegator = accountFrom(context, delegatorAddr);
  const validator = operatorFrom(context, validatorAddr);
  const delegation = readDelegation(context.store, { delegator, validator });
  if (delegation !== undefined) return toResponse(context, delegation);
  const [one, other] = [delegatorAddr, validatorAddr];
  const detail = `delegation with delegator ${one} not found for validator ${other}`;
  throw new QueryError("NotFound", detail);
}

/** What the shares are worth, rounded down. */
function toResponse(context: QueryContext, delegation: DelegationMessage): DelegationResponse {
  const { tokens, delegatorShares } = validatorOf(context, delegation);
  const amount = (BigInt(delegation.shares) * BigInt(tokens)) / BigInt(delegatorShares);
  const { bondDenom: denom } = readParams(context.store);
  return { delegation, balance: coinToMessage({ denom, amount }) };
}

function validatorOf(
  context: QueryContext,
  { validatorAddress }: DelegationMessage,
): StakingValidatorMessage {
  return find(context, operatorFrom(context, validatorAddress));
}

function find({ store, block }: QueryContext, operator: Address): StakingValidatorMessage {
  const validator = readValidator(store, operator);
  if (validator !== undefined) return validator;
  const text = block.addresses.operators.text(operator);
  throw new QueryError("NotFound", `validator ${text} not found`);
}

function operatorFrom({ block }: QueryContext, text: string): Address {
  if (text === "") throw new QueryError("InvalidArgument", "validator address cannot be empty");
  const parsed = block.addresses.operators.parse(text);
  if (parsed.kind === "ok") return parsed.value;
  throw new QueryError("InvalidArgument", parsed.error);
}

function accountFrom({ block }: QueryContext, text: string): Address {
  if (text === "") throw new QueryError("InvalidArgument", "delegator address cannot be empty");
  const parsed = block.addresses.parse(text);
  if (parsed.kind === "ok") return parsed.value;
  throw new QueryError("InvalidArgument", parsed.error);
}
