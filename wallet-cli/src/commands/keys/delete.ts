import type { Context } from "../context.ts";

/** Removes a key's file. Without its phrase the account is lost. */
export async function deleteKey(context: Context, name: string): Promise<void> {
  const { address } = context.keystore.show(name);
  const spelled = context.spelled(address, context.prefix);
  await context.prompter.confirm(
    `Delete ${name} (${spelled.address})? Without its phrase the account is lost.`,
  );
  context.keystore.delete(name);
  context.output.answer({ json: { name, deleted: true }, text: `${name} is deleted.` });
}
