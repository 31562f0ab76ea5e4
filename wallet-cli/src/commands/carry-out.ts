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
  return carryOutWith(() => new Context(options, { output }), { output, command });
}

/** As `carryOut`, in a context that the caller makes; making it may fail as well. */
export async function carryOutWith(
  createContext: () => Context,
  parts: {
    readonly output: Output;
    readonly command: (context: Context) => Promise<void> | void;
  },
): Promise<ExitCode> {
  const { output, command } = parts;
  let context: Context | undefined;
  try {
    context = createContext();
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
