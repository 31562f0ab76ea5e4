import { loadConfig, requireNodeHome, textFromTcpAddress } from "#config";
import { CommandError } from "./command-error.ts";

export interface StatusOptions {
  readonly home: string;
  /** The RPC to ask; by default the one that the home configures. */
  readonly node?: string;
}

const timeoutMs = 5000;

/** The running node's answer to `status`, as indented JSON. */
export async function status(options: StatusOptions): Promise<string> {
  const url = options.node ?? configuredUrl(options.home);
  let answer: unknown;
  try {
    const response = await fetch(new URL("status", `${url}/`), {
      signal: AbortSignal.timeout(timeoutMs),
    });
    answer = await response.json();
  } catch (error) {
    throw new CommandError({
      code: "NODE_UNREACHABLE",
      message: `no node answers at ${url}; start it with \`pyralogd start --home ${options.home}\``,
      cause: error,
    });
  }
  return JSON.stringify(resultOf(answer) ?? answer, undefined, 2);
}

function resultOf(answer: unknown): unknown {
  return typeof answer === "object" && answer !== null && "result" in answer
    ? answer.result
    : undefined;
}

function configuredUrl(home: string): string {
  requireNodeHome(home);
  const { rpc } = loadConfig({ home, environment: process.env });
  return `http://${textFromTcpAddress(rpc.listen)}`;
}
