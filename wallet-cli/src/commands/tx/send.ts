/** `pyralog tx send TO AMOUNT`: simulation, preview, question, signature, wait for a block. */
import { sendMessage, type Chain, type Coin } from "#client";
import { amountsFromText, bothFromAmount } from "#render";
import type { Context, Party } from "../context.ts";
import { draftTx, type DraftedTx } from "./draft-tx.ts";
import { submitTx } from "./submit-tx.ts";

export async function sendTx(
  context: Context,
  options: { readonly to: string; readonly amount: string },
): Promise<void> {
  const chain = await context.chain();
  const { prefix, denominations } = chain;
  const from = context.keystore.show(context.fromName());
  context.assertUsable(from.name, chain);
  const to = context.party(options.to, prefix);
  const amount = amountsFromText(options.amount, denominations);
  const message = sendMessage({
    from: context.spelled(from.address, prefix).address,
    to: context.spelled(to.address, prefix).address,
    amount,
  });
  const drafted = await draftTx(context, { from, chain, messages: [message], spent: amount });
  const preview = previewSend(context, { chain, from, to, amount, drafted });
  await submitTx(context, { from: from.name, chain, drafted, preview });
}

interface Send {
  readonly chain: Chain;
  readonly from: Party;
  readonly to: Party;
  readonly amount: readonly Coin[];
  readonly drafted: DraftedTx;
}

/** Who does what with which amounts, the highest fee, and what everybody will see. */
function previewSend(context: Context, send: Send): readonly string[] {
  const { chain, from, to, amount, drafted } = send;
  const both = (coin: Coin): string => bothFromAmount(coin, chain.denominations);
  const who = ({ name, address }: Party): string => {
    const spelled = context.spelled(address, chain.prefix);
    return `${name === undefined ? "" : `${name}, `}${spelled.address} (${spelled.hex})`;
  };
  const { fee, gasLimit, memo } = drafted.draft;
  const memoWords = memo === "" ? "" : ` and the memo ${JSON.stringify(memo)}`;
  return [
    `On ${chain.chainId}${chain.dev ? " (a development chain)" : ""}:`,
    `  ${who(from)}`,
    `  sends ${amount.map(both).join(" and ")}`,
    `  to ${who(to)}`,
    `Highest fee: ${fee.length === 0 ? "none" : fee.map(both).join(" and ")}, for ${gasLimit} gas.`,
    `Public for ever: both addresses, the amounts, the fee${memoWords}.`,
  ];
}
