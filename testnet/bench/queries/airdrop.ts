/**
 * A message that pays a thousand accounts and says nothing about it, so that a large state is made
 * in a minute: only the generator's application knows it. Recipients are named by their numbers.
 */
import { message, string, uint32, type Any } from "@pyralog/chain/codec";
import { defineMessage, Events, type Module } from "@pyralog/chain/execution";
import { accountKeeper } from "@pyralog/chain/modules";
import { createCoinKeeper } from "@pyralog/governance/bank";
import { denom, recipientBytes } from "./accounts.ts";

const coins = [{ denom, amount: 10n ** 18n }];
const wire = message("bench.MsgAirdrop", { sender: string(1), first: uint32(2), count: uint32(3) });
const events = new Events({ isIndexed: () => false, isSilent: true });

interface Airdrop {
  readonly sender: string;
  readonly first: number;
  readonly count: number;
}

export function airdropMessage(airdrop: Airdrop): Any {
  return { typeUrl: `/${wire.name}`, value: wire.encode(airdrop) };
}

export function createAirdropModule(): Module {
  const keeper = createCoinKeeper(accountKeeper);
  const type = defineMessage({
    module: "bench",
    wire,
    response: message("bench.MsgAirdropResponse", {}),
    parse: ({ sender, ...range }, addresses) => {
      return { ...range, from: addresses.require(sender, "sender") };
    },
    signers: ({ from }) => [from],
    execute(context, { from, first, count }) {
      for (let index = first; index < first + count; index++) {
        keeper.transfer({ ...context, events }, { from, to: recipientBytes(index), coins });
      }
      return {};
    },
  });
  const none = { queries: [], accounts: [], invariants: [] };
  return { name: "bench", messages: [type], ...none, initGenesis: () => [] };
}
