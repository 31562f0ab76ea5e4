/** What auth's messages do. */
import { authMsgUpdateParamsWire, emptyResponseWire } from "#codec";
import { aminoText, defineMessage, requireAuthority, type MessageType } from "#execution";
import { paramsToAmino, updateParamsAmino } from "./messages.ts";
import { writeParams } from "./params.ts";

export const updateParams: MessageType = defineMessage({
  module: "auth",
  wire: authMsgUpdateParamsWire,
  response: emptyResponseWire("cosmos.auth.v1beta1.MsgUpdateParamsResponse"),
  aminoName: updateParamsAmino,
  amino: ({ authority, params }) => ({
    authority: aminoText(authority),
    params: paramsToAmino(params),
  }),
  parse: ({ authority, params }, addresses) => ({
    authority: addresses.require(authority, "authority"),
    params,
  }),
  signers: ({ authority }) => [authority],
  execute(context, { authority, params }) {
    requireAuthority(context, authority);
    writeParams(context.store, params);
    return {};
  },
});
