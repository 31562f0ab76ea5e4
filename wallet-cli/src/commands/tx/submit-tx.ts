/** A drafted transaction on its way: shown, agreed to, signed, sent, awaited. */
import { broadcastTx, ClientError, signTx, txHashOf, type Chain } from "#client";
import { loadCrypto } from "#keystore";
import { CommandError, usage } from "../command-error.ts";
import type { Context } from "../context.ts";
import { awaitTx } from "./await-tx.ts";
import type { DraftedTx } from "./draft-tx.ts";

export interface Submission {
  /** The key's name. */
  readonly from: string;
  readonly chain: Chain;
  readonly drafted: DraftedTx;
  readonly preview: readonly string[];
}

type Wait = "none" | "pool" | "block";

/** How long a block is awaited before the wallet gives up waiting. */
const blockTimeoutMs = 60_000;

export async function submitTx(context: Context, submission: Submission): Promise<void> {
  const { output, prompter } = context;
  const { from, chain, drafted, preview } = submission;
  const wait = waitFrom(context.options.wait);
  for (const line of preview) output.say(line);
  if (context.options.dryRun === true) return answerDryRun(context, drafted);
  await prompter.confirm("Sign and send it?");
  const { secretKey } = await context.unlock(from);
  const crypto = await loadCrypto();
  const { accountNumber, draft } = drafted;
  const tx = signTx(draft, { secretKey, chainId: chain.chainId, accountNumber, crypto });
  const hash = txHashOf(tx);
  await send(context, { tx, hash, wait });
  if (wait === "block") return awaitTx(context, { hash, timeoutMs: blockTimeoutMs });
  const json = { hash, height: null, code: 0, codespace: "", gasUsed: null, log: "" };
  output.answer({ json, text: hash });
}

async function send(
  context: Context,
  sent: { readonly tx: Uint8Array; readonly hash: string; readonly wait: Wait },
): Promise<void> {
  const { tx, hash, wait } = sent;
  try {
    await broadcastTx(context.rpc, { tx, mode: wait === "none" ? "async" : "sync" });
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== "TX_REFUSED") throw error;
    const { appCode, codespace } = error.facts;
    const code = Number(appCode);
    const log = error.message;
    const json = { hash, height: null, code, codespace: String(codespace), gasUsed: null, log };
    context.output.answer({ json, text: hash });
    throw new CommandError({
      code: "TX_FAILED",
      message: `the node did not take the transaction: ${log}; ${remedyOf(code)}`,
      facts: { hash, ...error.facts },
      cause: error,
    });
  }
}

/** Codes of Cosmos' own codespace. */
const remedies: ReadonlyMap<number, string> = new Map([
  [5, "pay something in, or send less"],
  [11, "give it more gas with --gas N"],
  [13, "pay what is required with --fees"],
  [20, "the pool is full: try again in a while"],
  [32, "another transaction of this account came first: send it again"],
]);

function remedyOf(code: number): string {
  return remedies.get(code) ?? "nothing was paid";
}

function answerDryRun(context: Context, drafted: DraftedTx): void {
  const { draft, gasSimulated } = drafted;
  const { gasLimit, fee } = draft;
  context.output.answer({
    json: {
      hash: null,
      height: null,
      code: 0,
      codespace: "",
      gasUsed: gasSimulated === undefined ? null : Number(gasSimulated),
      log: "",
      dryRun: true,
      gasLimit: Number(gasLimit),
      fee: fee.map(({ denom, amount }) => ({ denom, amount: amount.toString() })),
    },
    text: "Nothing was signed or sent.",
  });
}

function waitFrom(text: string | undefined): Wait {
  if (text === undefined || text === "block") return "block";
  if (text === "none" || text === "pool") return text;
  throw usage(`--wait ${text} cannot be; write none, pool or block`);
}
