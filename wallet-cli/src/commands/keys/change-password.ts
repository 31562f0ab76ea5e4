import type { Context } from "../context.ts";
import { askTwice } from "../new-password.ts";
import { passwordFromFile } from "../prompter.ts";

/** Encrypts a key anew. The old password comes from `--password-file` too, where it is given. */
export async function changePassword(
  context: Context,
  options: { readonly name: string; readonly newPasswordFile: string | undefined },
): Promise<void> {
  const { name, newPasswordFile } = options;
  const from = await context.password(name);
  const to =
    newPasswordFile === undefined
      ? await askTwice(context, name)
      : passwordFromFile(newPasswordFile);
  await context.keystore.changePassword(name, { from, to });
  context.output.answer({
    json: { name, changed: true },
    text: `The password of ${name} is changed.`,
  });
}
