/**
 * `pyralog`: reads the arguments and picks the command. Commands are loaded when one is called, so
 * that help and usage errors come at once.
 */
import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import type * as CommandsModule from "#commands";

interface Call {
  readonly commands: typeof CommandsModule;
  readonly context: CommandsModule.Context;
  /** What stands on the command line besides options. */
  readonly args: readonly string[];
  /** The command's own options, by their names in camel case. */
  readonly own: Readonly<Record<string, string | boolean | undefined>>;
}

const usageExit = 2;
const waits = ["none", "pool", "block"];

const program = new Command("pyralog")
  .description("The wallet of a Pyralog network.")
  .version(version(), "-V, --version")
  .option("--node <url>", "the node to ask (default: the local network's)")
  .option("--home <dir>", "keys and settings (default: $PYRALOG_HOME, ./.pyralog, ~/.pyralog)")
  .option("--from <name>", "the key that signs")
  .option("--json", "exactly one JSON object on standard output")
  .option("--yes", "answer every question with yes")
  .option("--dry-run", "show and simulate, and send nothing")
  .option("--gas <auto|n>", "how much gas at most", "auto")
  .option("--fees <coins>", "the fee, such as 0.001pyr (default: by gas)")
  .option("--memo <text>", "a note that everybody can read")
  .addOption(new Option("--wait <until>", "until when").choices(waits).default("block"))
  .option("--password-file <file>", "the password is its first line")
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();

defineKeys(program.command("keys").description("the keys of this home"));
defineAccount(program.command("account").description("accounts on the chain"));
defineTx(program.command("tx").description("transactions"));
defineConfig(program.command("config").description("the wallet's settings"));
program
  .command("status")
  .description("how the node is")
  .action(run(({ commands, context }) => commands.showStatus(context)));

await parse();

function defineKeys(keys: Command): void {
  keys
    .command("new <name>")
    .description("make a phrase and keep the key under it")
    .option("--words <12|24>", "the length of the phrase", "24")
    .action(
      run(({ commands, context, args: [name = ""], own }) =>
        commands.newKey(context, { name, words: textOf(own["words"]) }),
      ),
    );
  keys
    .command("import <name>")
    .description("keep a key that was made elsewhere; its phrase is asked for")
    .option("--index <n>", "which account of the phrase: m/44'/60'/0'/0/n", "0")
    .option("--private-key", "ask for a secret key instead")
    .option("--keystore <file>", "read a Web3 Secret Storage v3 file instead")
    .action(
      run(({ commands, context, args: [name = ""], own }) =>
        commands.importKey(context, {
          name,
          index: textOf(own["index"]),
          privateKey: own["privateKey"] === true,
          keystore: own["keystore"] === undefined ? undefined : textOf(own["keystore"]),
        }),
      ),
    );
  keys
    .command("list")
    .description("all keys and their addresses")
    .action(run(({ commands, context }) => commands.listKeys(context)));
  keys
    .command("show <name>")
    .description("one key's public side")
    .action(run(({ commands, context, args: [name = ""] }) => commands.showKey(context, name)));
  keys
    .command("export <name>")
    .description("show a key's secret, after asking twice")
    .option("--phrase", "its recovery phrase instead of the secret key")
    .action(
      run(({ commands, context, args: [name = ""], own }) =>
        commands.exportKey(context, { name, phrase: own["phrase"] === true }),
      ),
    );
  keys
    .command("delete <name>")
    .description("remove a key from this home")
    .action(run(({ commands, context, args: [name = ""] }) => commands.deleteKey(context, name)));
  keys
    .command("change-password <name>")
    .description("encrypt a key under a new password")
    .option("--new-password-file <file>", "the new password is its first line")
    .action(
      run(({ commands, context, args: [name = ""], own: { newPasswordFile } }) =>
        commands.changePassword(context, {
          name,
          newPasswordFile: newPasswordFile === undefined ? undefined : textOf(newPasswordFile),
        }),
      ),
    );
}

function defineAccount(account: Command): void {
  account
    .command("show [who]")
    .description("what the chain knows of an account: a key's name, or an address")
    .action(run(({ commands, context, args: [who] }) => commands.showAccount(context, who)));
  account
    .command("balance [who]")
    .description("what an account holds")
    .action(run(({ commands, context, args: [who] }) => commands.showBalance(context, who)));
}

function defineTx(tx: Command): void {
  tx.command("send <to> <amount>")
    .description("pay somebody: tx send bob 1.5pyr --from alice")
    .action(
      run(({ commands, context, args: [to = "", amount = ""] }) =>
        commands.sendTx(context, { to, amount }),
      ),
    );
  tx.command("show <hash>")
    .description("what a transaction did")
    .action(run(({ commands, context, args: [hash = ""] }) => commands.showTx(context, hash)));
  tx.command("wait <hash>")
    .description("wait until a block holds a transaction")
    .option("--timeout <seconds>", "for how long", "60")
    .action(
      run(({ commands, context, args: [hash = ""], own }) =>
        commands.waitTx(context, { hash, timeout: textOf(own["timeout"]) }),
      ),
    );
}

function defineConfig(config: Command): void {
  config
    .command("show", { isDefault: true })
    .description("all settings")
    .action(run(({ commands, context }) => commands.showConfig(context)));
  config
    .command("get <name>")
    .description("one setting: node, from, gas-price or prefix")
    .action(run(({ commands, context, args: [name = ""] }) => commands.getSetting(context, name)));
  config
    .command("set <name> <value>")
    .description("change a setting")
    .action(
      run(({ commands, context, args: [name = "", value = ""] }) =>
        commands.setSetting(context, { name, value }),
      ),
    );
  config
    .command("unset <name>")
    .description("forget a setting")
    .action(
      run(({ commands, context, args: [name = ""] }) => commands.unsetSetting(context, name)),
    );
}

function run(act: (call: Call) => Promise<void> | void): (...values: unknown[]) => Promise<void> {
  return async (...values) => {
    const command = values.at(-1);
    if (!(command instanceof Command)) return;
    const commands = await import("#commands");
    const options = command.optsWithGlobals<CommandsModule.GlobalOptions>();
    const { args } = command;
    process.exitCode = await commands.carryOut(options, (context) =>
      act({ commands, context, args, own: command.opts() }),
    );
  };
}

/** commander has said what is wrong on standard error by the time it throws. */
async function parse(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    process.exitCode = usageExit;
    if (!process.argv.includes("--json")) return;
    const message = error.message.replace(/^error: /, "");
    process.stdout.write(`${JSON.stringify({ error: { code: "USAGE", message } })}\n`);
  }
}

function textOf(value: string | boolean | undefined): string {
  return typeof value === "string" ? value : "";
}

function version(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "unknown";
}
