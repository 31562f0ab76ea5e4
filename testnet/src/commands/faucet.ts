import { Context, sendTx } from "@pyralog/wallet-cli/commands";
import { Output } from "@pyralog/wallet-cli/render";
import { runningNetworkIn } from "./running-network.ts";

/** The first operator pays: its stake is in the genesis, what it holds is for this. */
const payer = "op0";

/** Pays and waits for the block. @throws what the wallet throws: it says what to do. */
export async function payFromFaucet(
  home: string,
  payment: { readonly to: string; readonly amount: string },
): Promise<string> {
  runningNetworkIn(home);
  const said: string[] = [];
  const silent = { write: (text: string) => void said.push(text) };
  const output = new Output({ json: false, streams: { out: silent, error: process.stderr } });
  const context = new Context({ home, from: payer, yes: true }, { output });
  await sendTx(context, payment);
  return `${payer} paid ${payment.amount} to ${payment.to}: ${said.join("").trim()}`;
}
