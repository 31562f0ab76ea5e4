/** A module that lets anybody act as the governance account: what votes will decide, later. */
import { anyWire, emptyResponseWire, message, optional, string } from "@pyralog/chain/codec";
import { defined } from "@pyralog/chain/base";
import {
  defineMessage,
  moduleAddress,
  type MessageType,
  type Module,
} from "@pyralog/chain/execution";
import { bech32FromBytes } from "@pyralog/chain/crypto";
import { createAuthModule, createConsensusModule } from "@pyralog/chain/modules";
import { createBankModule, createCoinKeeper } from "@pyralog/governance/bank";
import { accountKeeper } from "@pyralog/chain/modules";

export const authority = bech32FromBytes({ prefix: "pyr", bytes: moduleAddress("gov") });

const govern = message("rule.MsgGovern", { sender: string(1), message: optional(2, anyWire) });

const types: readonly MessageType[] = [
  ...createAuthModule({ moduleNames: () => [] }).messages,
  ...createConsensusModule().messages,
  ...createBankModule({
    accounts: accountKeeper,
    coins: createCoinKeeper(accountKeeper),
    isBlocked: () => false,
  }).messages,
];

export const government: Module = {
  name: "rule",
  messages: [
    defineMessage({
      module: "rule",
      wire: govern,
      response: emptyResponseWire("rule.MsgGovernResponse"),
      parse(wire, addresses) {
        const { typeUrl, value } = defined(wire.message, "there is something to decide");
        const type = defined(
          types.find((one) => one.typeUrl === typeUrl),
          "the message is known",
        );
        const sender = addresses.require(wire.sender, "sender");
        return { sender, decided: type.bind(value, addresses) };
      },
      signers: ({ sender }) => [sender],
      execute(context, { decided }) {
        decided.execute(context);
        return {};
      },
    }),
  ],
  queries: [],
  accounts: [],
  invariants: [],
  initGenesis: () => [],
};

/** A message as the governance account would send it, sent by somebody. */
export function governed(
  sender: { readonly address: string },
  inner: { readonly typeUrl: string; readonly value: Uint8Array },
): { readonly typeUrl: string; readonly value: Uint8Array } {
  const value = govern.encode({ sender: sender.address, message: inner });
  return { typeUrl: "/rule.MsgGovern", value };
}
