/** proto/cosmos/consensus/v1. */
import { consensusParamsWire } from "../comet-types.ts";
import {
  embedded,
  int64,
  message,
  optional,
  string,
  strings,
  type MessageValue,
} from "../wire/index.ts";
import { durationWire } from "../comet-types.ts";

const name = (type: string): string => `cosmos.consensus.v1.${type}`;

export const consensusMsgUpdateParamsWire = message(name("MsgUpdateParams"), {
  authority: string(1),
  block: optional(
    2,
    message("tendermint.types.BlockParams", { maxBytes: int64(1), maxGas: int64(2) }),
  ),
  evidence: optional(
    3,
    message("tendermint.types.EvidenceParams", {
      maxAgeNumBlocks: int64(1),
      maxAgeDuration: embedded(2, durationWire),
      maxBytes: int64(3),
    }),
  ),
  validator: optional(4, message("tendermint.types.ValidatorParams", { pubKeyTypes: strings(1) })),
  abci: optional(
    5,
    message("tendermint.types.ABCIParams", { voteExtensionsEnableHeight: int64(1) }),
  ),
});
export type ConsensusMsgUpdateParams = MessageValue<typeof consensusMsgUpdateParamsWire>;

export const consensusQueryWires = {
  Params: {
    request: message(name("QueryParamsRequest"), {}),
    response: message(name("QueryParamsResponse"), { params: optional(1, consensusParamsWire) }),
  },
};
