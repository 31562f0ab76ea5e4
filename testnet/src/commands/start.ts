/**
 * `npm start`: a local network until Ctrl-C. On a terminal one screen and then one live line; with
 * `--json` one object a line on standard output, the first being the ready event.
 */
import { Command } from "commander";
import {
  NetworkError,
  observeNodes,
  observePace,
  Session,
  type NetworkNode,
  type NodeExit,
  type NodeView,
} from "#processes";
import { fundedBalances } from "./funded-balances.ts";
import { startOptionsFrom, basePortText, type StartFlags, type StartOptions } from "./options.ts";
import { screenFrom } from "./screen.ts";
import { statusLineFrom } from "./status-line.ts";
import { StopSignal } from "./stop-signal.ts";

const lineIntervalMs = 1000;
const logIntervalMs = 10_000;

const program = new Command("npm start --")
  .description("Run a local network until Ctrl-C.")
  .option("--clusters <n>", "validators, one cluster each, 1 to 16 (default: 4)")
  .option("--nodes <n>", "machines per cluster", "1")
  .option("--home <dir>", "where it lives (default: $PYRALOG_HOME or .pyralog)")
  .option("--reset", "begin anew with a new chain id")
  .option("--json", "one JSON object a line on standard output, the ready event first")
  .option("--base-port <port>", "shifts all ports", basePortText)
  .option("--genesis <file>", "a JSON merge patch onto the local genesis")
  .showHelpAfterError();

program.action(async (flags: StartFlags) => {
  try {
    await runNetwork(startOptionsFrom(flags));
  } catch (error) {
    process.stderr.write(`npm start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof NetworkError && error.code === "OPTION_INVALID" ? 2 : 1;
  }
});

await program.parseAsync();

async function runNetwork(options: StartOptions): Promise<void> {
  const stop = new StopSignal();
  let isAnnounced = false;
  const session = await Session.start({
    ...options,
    exited(exit) {
      if (isAnnounced) sayExit(exit, options.json);
    },
  });
  try {
    if (session.portTaken !== undefined) sayPorts(session, session.portTaken);
    await Promise.race([session.ready(), stop.asked]);
    if (stop.isAsked) return;
    await announce(session, options);
    isAnnounced = true;
    await live(session, { json: options.json, stop });
  } finally {
    await session.stop();
    if (isAnnounced) sayStopped(options.json);
  }
}

async function announce(session: Session, options: StartOptions): Promise<void> {
  const network = session.network();
  if (options.json) return event(readyEvent(session));
  const [views, balances] = await Promise.all([
    observeNodes(nodesOf(session)),
    fundedBalances(network).catch(() => new Map<string, string>()),
  ]);
  process.stdout.write(`${screenFrom({ home: options.home, network, views, balances })}\n`);
}

/** As INTERFACES fixes it; the phrases are those of worthless accounts. */
function readyEvent(session: Session): object {
  const { chainId, prefix, denom, clusters } = session.network();
  return { event: "ready", chainId, prefix, denom, clusters, accounts: session.accounts };
}

/** Until it is stopped: a line that changes in place on a terminal, and now and then elsewhere. */
async function live(
  session: Session,
  options: { readonly json: boolean; readonly stop: StopSignal },
): Promise<void> {
  const { json, stop } = options;
  const isTerminal = process.stdout.isTTY && !json;
  while (!stop.isAsked) {
    if (!json) showLine(await statusLine(session), isTerminal);
    await stop.pause(isTerminal ? lineIntervalMs : logIntervalMs);
  }
}

function showLine(line: string, isTerminal: boolean): void {
  process.stdout.write(isTerminal ? `\r\u001B[K${line}` : `${line}\n`);
}

async function statusLine(session: Session): Promise<string> {
  const nodes = nodesOf(session);
  const views = await observeNodes(nodes);
  const best = views.reduce<NodeView | undefined>(
    (highest, view) => ((view.height ?? -1n) > (highest?.height ?? -1n) ? view : highest),
    undefined,
  );
  const node = nodes.find(({ name }) => name === best?.name);
  if (node === undefined || best?.height === undefined) return statusLineFrom(views, undefined);
  try {
    return statusLineFrom(views, await observePace({ ...node, height: best.height }));
  } catch {
    return statusLineFrom(views, undefined);
  }
}

function nodesOf(session: Session): readonly NetworkNode[] {
  return session.network().clusters.flatMap((cluster) => cluster.nodes);
}

function sayExit(exit: NodeExit, json: boolean): void {
  const { name, code, signal } = exit;
  if (json) return event({ event: "exited", node: name, code, signal });
  const how = signal === null ? `code ${code}` : signal;
  say(
    `\n${name} ended (${how}); see \`npx pyralog-testnet logs ${name}\`, ` +
      `and bring it back with \`npx pyralog-testnet restart ${name}\`.`,
  );
}

function sayPorts(session: Session, taken: number): void {
  say(`Port ${taken} is taken: the ports of this run begin at ${session.network().basePort}.`);
}

function sayStopped(json: boolean): void {
  if (json) event({ event: "stopped" });
  else say("\nStopped. The next `npm start` goes on from here.");
}

function event(json: object): void {
  process.stdout.write(`${JSON.stringify(json)}\n`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
