/** What the module's message does: the next block runs under the new parameters. */
import { consensusMsgUpdateParamsWire, emptyResponseWire } from "#codec";
import {
  defineMessage,
  refusals,
  requireAuthority,
  TxError,
  type Context,
  type MessageType,
} from "#execution";
import { validateConsensusParams, validateParamsChange, type ConsensusParams } from "#types";
import { paramsOf, updateParamsAmino, updateParamsToAmino } from "./messages.ts";
import { blockBytesCarried, isCarried, readParams, writeParams } from "./params.ts";

export const updateParams: MessageType = defineMessage({
  module: "consensus",
  wire: consensusMsgUpdateParamsWire,
  response: emptyResponseWire("cosmos.consensus.v1.MsgUpdateParamsResponse"),
  aminoName: updateParamsAmino,
  amino: updateParamsToAmino,
  parse: (message, addresses) => ({
    authority: addresses.require(message.authority, "authority"),
    params: paramsOf(message),
  }),
  signers: ({ authority }) => [authority],
  execute(context, { authority, params }) {
    requireAuthority(context, authority);
    changeParams(context, params);
    return {};
  },
});

function changeParams({ store, block }: Context, asked: ConsensusParams): void {
  const before = readParams(store);
  const after = { ...asked, version: before.version };
  const checks = [
    validateConsensusParams(after),
    validateParamsChange({ before, after, height: block.height }),
  ];
  for (const check of checks) {
    if (check.kind === "refused") throw new TxError(refusals.INVALID_REQUEST, check.error.message);
  }
  if (!isCarried(after)) {
    const { maxBytes } = after.block;
    const detail = `block max bytes ${maxBytes} is not within 1 to ${blockBytesCarried}`;
    throw new TxError(refusals.INVALID_REQUEST, detail);
  }
  writeParams(store, after);
}
