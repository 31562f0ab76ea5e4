/** `pyralog-testnet`: the verbs on a local network that runs in another terminal. */
import { Command } from "commander";
import * as verbs from "#commands";

const program = new Command("pyralog-testnet")
  .description("Look at, and hurt, a local network that `npm start` runs.")
  .option("--home <dir>", "where the network lives (default: $PYRALOG_HOME or .pyralog)")
  .showHelpAfterError();

program
  .command("status")
  .description("how every node is")
  .action(() => say(() => verbs.showNetworkStatus(home())));

program
  .command("logs <node>")
  .description("a node's log")
  .option("-f, --follow", "go on with what is written from now on")
  .option("--lines <n>", "how many lines at most, from the end", "100")
  .action((node: string, own: { follow?: boolean; lines: string }) =>
    say(() => verbs.showLogs(home(), { node, follow: own.follow === true, lines: own.lines })),
  );

const orders = {
  kill: "end a node at once, as a power cut would",
  restart: "start a node, stopping it first where it runs",
  pause: "freeze a node",
  resume: "let a frozen node go on",
} as const;

for (const order of ["kill", "restart", "pause", "resume"] as const) {
  program
    .command(`${order} <node>`)
    .description(orders[order])
    .action((node: string) => say(() => verbs.orderNode(home(), { order, node })));
}

program
  .command("faucet <address> <amount>")
  .description("pay somebody from the first operator's account: faucet pyr1… 10pyr")
  .action((to: string, amount: string) => say(() => verbs.payFromFaucet(home(), { to, amount })));

program
  .command("doctor")
  .description("check what a local network needs of this machine")
  .action(() => say(() => verbs.examine(home())));

await program.parseAsync();

function home(): string {
  return verbs.networkHome(program.opts<{ home?: string }>().home);
}

/** Prints what the verb did, or what to do instead. */
async function say(verb: () => Promise<string>): Promise<void> {
  try {
    const text = await verb();
    if (text !== "") process.stdout.write(`${text}\n`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`pyralog-testnet: ${message}\n`);
    process.exitCode = 1;
  }
}
