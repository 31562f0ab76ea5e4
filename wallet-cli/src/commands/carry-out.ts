import { ChainError } from "@pyralog/chain/base";
import { Output } from "#render";
import { Context, type GlobalOptions } from "./context.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "./exit-code.ts";

/** Runs one command to its one answer and its exit code; whatever fails is said once. */
export async function carryOut(
  options: GlobalOptions,
  command: (context: Context) => Promise<void> | void,
): Promise<ExitCode> {
  const output = new Output({ json: options.json === true });
  let context: Context | undefined;
  try {
    context = new Context(options, { output });
    await command(context);
    return exitCodes.done;
  } catch (error) {
    const code = error instanceof ChainError ? error.code : "UNEXPECTED";
    output.fail({ code, message: error instanceof Error ? error.message : String(error) });
    return exitCodeOf(error);
  } finally {
    context?.prompter.close();
  }
}
