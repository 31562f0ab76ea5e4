import { usage } from "./command-error.ts";
import type { Context } from "./context.ts";
import { passwordFromFile } from "./prompter.ts";

/** From `--password-file`, or asked for twice. */
export async function newPassword(context: Context, name: string): Promise<string> {
  const { passwordFile } = context.options;
  if (passwordFile !== undefined) return passwordFromFile(passwordFile);
  return askTwice(context, name);
}

export async function askTwice(context: Context, name: string): Promise<string> {
  const first = await context.prompter.secret(`New password for ${name}`);
  const second = await context.prompter.secret("The same password again");
  if (first === second) return first;
  throw usage("the two passwords differ; nothing was stored, try again");
}
