/** proto/cosmos/staking/v1beta1, as far as validators and delegations are read. */
import { anyWire, coinWire, pageRequestWire, pageResponseWire } from "./base.ts";
import { durationWire, timestampWire } from "../comet-types.ts";
import {
  bool,
  embedded,
  enumeration,
  int64,
  message,
  optional,
  repeated,
  string,
  uint32,
  uint64s,
  type MessageValue,
} from "../wire/index.ts";

const name = (type: string): string => `cosmos.staking.v1beta1.${type}`;

export const bondStatus = { unspecified: 0, unbonded: 1, unbonding: 2, bonded: 3 } as const;

export const stakingValidatorWire = message(name("Validator"), {
  operatorAddress: string(1),
  consensusPubkey: optional(2, anyWire),
  jailed: bool(3),
  status: enumeration(4),
  tokens: string(5),
  delegatorShares: string(6),
  description: embedded(
    7,
    message(name("Description"), {
      moniker: string(1),
      identity: string(2),
      website: string(3),
      securityContact: string(4),
      details: string(5),
    }),
  ),
  unbondingHeight: int64(8),
  unbondingTime: embedded(9, timestampWire),
  commission: embedded(
    10,
    message(name("Commission"), {
      commissionRates: embedded(
        1,
        message(name("CommissionRates"), {
          rate: string(1),
          maxRate: string(2),
          maxChangeRate: string(3),
        }),
      ),
      updateTime: embedded(2, timestampWire),
    }),
  ),
  minSelfDelegation: string(11),
  unbondingOnHoldRefCount: int64(12),
  unbondingIds: uint64s(13),
});
export type StakingValidatorMessage = MessageValue<typeof stakingValidatorWire>;

export const delegationWire = message(name("Delegation"), {
  delegatorAddress: string(1),
  validatorAddress: string(2),
  shares: string(3),
});
export type DelegationMessage = MessageValue<typeof delegationWire>;

export const stakingParamsWire = message(name("Params"), {
  unbondingTime: embedded(1, durationWire),
  maxValidators: uint32(2),
  maxEntries: uint32(3),
  historicalEntries: uint32(4),
  bondDenom: string(5),
  minCommissionRate: string(6),
});
export type StakingParams = MessageValue<typeof stakingParamsWire>;

const delegationResponseWire = message(name("DelegationResponse"), {
  delegation: embedded(1, delegationWire),
  balance: embedded(2, coinWire),
});

const pageRequest = optional(2, pageRequestWire);
const pageResponse = optional(2, pageResponseWire);
const ofValidator = { validatorAddr: string(1) };
const ofDelegator = { delegatorAddr: string(1) };
const ofBoth = { delegatorAddr: string(1), validatorAddr: string(2) };

export const stakingQueryWires = {
  Validators: {
    request: message(name("QueryValidatorsRequest"), {
      status: string(1),
      pagination: pageRequest,
    }),
    response: message(name("QueryValidatorsResponse"), {
      validators: repeated(1, stakingValidatorWire),
      pagination: pageResponse,
    }),
  },
  Validator: {
    request: message(name("QueryValidatorRequest"), ofValidator),
    response: message(name("QueryValidatorResponse"), {
      validator: embedded(1, stakingValidatorWire),
    }),
  },
  ValidatorDelegations: {
    request: message(name("QueryValidatorDelegationsRequest"), {
      ...ofValidator,
      pagination: pageRequest,
    }),
    response: message(name("QueryValidatorDelegationsResponse"), {
      delegationResponses: repeated(1, delegationResponseWire),
      pagination: pageResponse,
    }),
  },
  Delegation: {
    request: message(name("QueryDelegationRequest"), ofBoth),
    response: message(name("QueryDelegationResponse"), {
      delegationResponse: optional(1, delegationResponseWire),
    }),
  },
  DelegatorDelegations: {
    request: message(name("QueryDelegatorDelegationsRequest"), {
      ...ofDelegator,
      pagination: pageRequest,
    }),
    response: message(name("QueryDelegatorDelegationsResponse"), {
      delegationResponses: repeated(1, delegationResponseWire),
      pagination: pageResponse,
    }),
  },
  DelegatorValidators: {
    request: message(name("QueryDelegatorValidatorsRequest"), {
      ...ofDelegator,
      pagination: pageRequest,
    }),
    response: message(name("QueryDelegatorValidatorsResponse"), {
      validators: repeated(1, stakingValidatorWire),
      pagination: pageResponse,
    }),
  },
  DelegatorValidator: {
    request: message(name("QueryDelegatorValidatorRequest"), ofBoth),
    response: message(name("QueryDelegatorValidatorResponse"), {
      validator: embedded(1, stakingValidatorWire),
    }),
  },
  Pool: {
    request: message(name("QueryPoolRequest"), {}),
    response: message(name("QueryPoolResponse"), {
      pool: embedded(
        1,
        message(name("Pool"), { notBondedTokens: string(1), bondedTokens: string(2) }),
      ),
    }),
  },
  Params: {
    request: message(name("QueryParamsRequest"), {}),
    response: message(name("QueryParamsResponse"), { params: embedded(1, stakingParamsWire) }),
  },
};
