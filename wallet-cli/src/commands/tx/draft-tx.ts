/** From messages to a whole unsigned transaction: account, gas, fee, and whether it can be paid. */
import {
  fetchAccount,
  fetchBalances,
  simulateTx,
  type Chain,
  type ChainAccount,
  type Coin,
  type TxDraft,
} from "#client";
import type { StoredKey } from "#keystore";
import { amountFromText, amountsFromText, bothFromAmount } from "#render";
import type { Any } from "@pyralog/chain/codec";
import { CommandError, usage } from "../command-error.ts";
import type { Context } from "../context.ts";

export interface DraftedTx {
  readonly draft: TxDraft;
  readonly accountNumber: bigint;
  /** What the simulation used; nothing where the gas was given. */
  readonly gasSimulated: bigint | undefined;
}

export interface TxPlan {
  readonly from: StoredKey;
  readonly chain: Chain;
  readonly messages: readonly Any[];
  /** What leaves the account besides the fee. */
  readonly spent: readonly Coin[];
}

/** Gas is used a little differently in the block: the limit is 1.4 times what was simulated. */
const gasNumerator = 14n;
const gasDenominator = 10n;
const gasPriceDefault = 1_000_000_000n;
const gasMax = 2n ** 63n - 1n;

/** @throws CommandError `ACCOUNT_UNKNOWN`, `FUNDS_INSUFFICIENT`; ClientError when it would fail. */
export async function draftTx(context: Context, plan: TxPlan): Promise<DraftedTx> {
  const { from, chain, messages, spent } = plan;
  const { address } = context.spelled(from.address, chain.prefix);
  const [account, balances] = await Promise.all([
    fetchAccount(context.rpc, address),
    fetchBalances(context.rpc, address),
  ]);
  if (account === undefined) throw accountUnknown(from.name, address);
  assertAffordable({ balances, spent, chain, name: from.name });
  const unpriced = {
    messages,
    memo: context.options.memo ?? "",
    fee: [],
    gasLimit: 0n,
    sequence: account.sequence,
    publicKey: from.publicKey,
  };
  const price = priceOf(context, chain);
  const { gasLimit, gasSimulated } = await gasOf(context, { ...unpriced, fee: [leastOf(price)] });
  const fee = feeOf(context, { chain, price, gasLimit });
  assertAffordable({ balances, spent: [...spent, ...fee], chain, name: from.name });
  return { draft: { ...unpriced, fee, gasLimit }, ...numberOf(account), gasSimulated };
}

/** Taking a fee costs gas as well, so a simulation has to take one: this much of it. */
function leastOf({ denom }: Coin): Coin {
  return { denom, amount: 1n };
}

function numberOf({ accountNumber }: ChainAccount): { readonly accountNumber: bigint } {
  return { accountNumber };
}

async function gasOf(
  context: Context,
  draft: TxDraft,
): Promise<{ readonly gasLimit: bigint; readonly gasSimulated: bigint | undefined }> {
  const { gas = "auto" } = context.options;
  if (gas !== "auto") return { gasLimit: gasFromText(gas), gasSimulated: undefined };
  const gasSimulated = await simulateTx(context.rpc, draft);
  const gasLimit = (gasSimulated * gasNumerator + gasDenominator - 1n) / gasDenominator;
  return { gasLimit, gasSimulated };
}

function gasFromText(text: string): bigint {
  const gas = /^\d{1,19}$/.test(text) ? BigInt(text) : 0n;
  if (gas > 0n && gas <= gasMax) return gas;
  throw usage(`--gas ${text} cannot be; write auto, or a number such as 100000`);
}

/** What a unit of gas costs: by the settings, or the usual price in the chain's token. */
function priceOf({ settings }: Context, { denominations }: Chain): Coin {
  const { "gas-price": setting } = settings;
  if (setting !== undefined) return amountFromText(setting, denominations);
  return { denom: denominations[0]?.base ?? "apyr", amount: gasPriceDefault };
}

/** `--fees`, or the price of the gas. */
function feeOf(
  { options: { fees } }: Context,
  priced: { readonly chain: Chain; readonly price: Coin; readonly gasLimit: bigint },
): readonly Coin[] {
  const { chain, price, gasLimit } = priced;
  if (fees !== undefined) return amountsFromText(fees, chain.denominations);
  const amount = price.amount * gasLimit;
  return amount === 0n ? [] : [{ denom: price.denom, amount }];
}

function assertAffordable(bill: {
  readonly balances: readonly Coin[];
  readonly spent: readonly Coin[];
  readonly chain: Chain;
  readonly name: string;
}): void {
  const { denominations } = bill.chain;
  const totals = new Map<string, bigint>();
  for (const { denom, amount } of bill.spent) {
    totals.set(denom, (totals.get(denom) ?? 0n) + amount);
  }
  for (const [denom, needed] of totals) {
    const held = bill.balances.find((coin) => coin.denom === denom)?.amount ?? 0n;
    if (held >= needed) continue;
    throw new CommandError({
      code: "FUNDS_INSUFFICIENT",
      message:
        `${bill.name} holds ${bothFromAmount({ denom, amount: held }, denominations)} and would ` +
        `need ${bothFromAmount({ denom, amount: needed }, denominations)}, the fee included; ` +
        "send less, or pay something in first",
      facts: { denom, held, needed },
    });
  }
}

function accountUnknown(name: string, address: string): CommandError {
  return new CommandError({
    code: "ACCOUNT_UNKNOWN",
    message:
      `${name} has no account on this chain yet; ` +
      `somebody must pay something to ${address} first`,
    facts: { address },
  });
}
