import { fetchBalances } from "#client";
import { displayFromAmount, tableFromRows } from "#render";
import type { Context } from "../context.ts";

/** All of an account's coins, in both ways of counting. */
export async function showBalance(context: Context, who: string | undefined): Promise<void> {
  const { prefix, denominations } = await context.chain();
  const { address, name } = context.party(who ?? context.fromName(), prefix);
  const spelled = context.spelled(address, prefix);
  const coins = await fetchBalances(context.rpc, spelled.address);
  const balances = coins.map(({ denom, amount }) => ({
    denom,
    amount: amount.toString(),
    display: displayFromAmount({ denom, amount }, denominations),
  }));
  context.output.answer({
    json: { name: name ?? null, ...spelled, balances },
    text:
      balances.length === 0
        ? `${spelled.address} holds nothing.`
        : tableFromRows(
            ["balance", "base units"],
            balances.map(({ display, amount, denom }) => [display, `${amount}${denom}`]),
          ),
  });
}
