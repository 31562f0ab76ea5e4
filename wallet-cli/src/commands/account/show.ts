import { fetchAccount } from "#client";
import type { Context } from "../context.ts";

/** What the chain knows of an account: its number, its sequence, and the kind of its key. */
export async function showAccount(context: Context, who: string | undefined): Promise<void> {
  const { prefix } = await context.chain();
  const { address, name } = context.party(who ?? context.fromName(), prefix);
  const spelled = context.spelled(address, prefix);
  const account = await fetchAccount(context.rpc, spelled.address);
  context.output.answer({
    json: {
      name: name ?? null,
      ...spelled,
      exists: account !== undefined,
      accountNumber: account === undefined ? null : Number(account.accountNumber),
      sequence: account === undefined ? null : Number(account.sequence),
      keyType: account?.keyType ?? null,
    },
    text: [
      `address   ${spelled.address}`,
      `hex       ${spelled.hex}`,
      account === undefined
        ? "The chain has not met this account: nobody has paid it anything yet."
        : [
            `number    ${account.accountNumber}`,
            `sequence  ${account.sequence}`,
            `key       ${account.keyType ?? "not shown yet: it has signed nothing"}`,
          ].join("\n"),
    ].join("\n"),
  });
}
