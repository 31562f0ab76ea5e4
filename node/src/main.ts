/** `pyralogd`: reads the arguments, picks the verb, and prints its one answer or its one error. */
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import * as verbs from "#commands";
import { ConfigError, lineFromMistake, resolveHome, settingKey, settingsListed } from "#config";

interface HomeOption {
  readonly home?: string;
}

const program = new Command("pyralogd")
  .description("A node of a Pyralog network: validates the chain and answers clients.")
  .option("--home <dir>", "the node's home (default: $PYRALOG_HOME, ./.pyralog or ~/.pyralog)")
  .version(version(), "-V, --version")
  .configureHelp({ showGlobalOptions: true });

program
  .command("init [moniker]")
  .description("create a node's home: settings, keys and a genesis file")
  .option("--chain-id <id>", "begin a new chain of this one validator")
  .option("--genesis <file>", "join the chain of this genesis file")
  .action(async (moniker: string | undefined, own: { chainId?: string; genesis?: string }) => {
    print(await verbs.init({ home: home(), moniker: moniker ?? "node", ...own }));
  });

const start = program.command("start").description("run the node until SIGTERM or Ctrl-C");
const settings = settingsListed().map(({ place, setting }) => {
  const key = settingKey(place, setting.name);
  const option = new Option(`--${key} <value>`, setting.about);
  start.addOption(option);
  return { key, name: option.attributeName() };
});
start.action(async (values: Readonly<Record<string, string>>) => {
  const flags = settings.flatMap(({ key, name }) => {
    const value = values[name];
    return value === undefined ? [] : [[key, value] as const];
  });
  await verbs.start({ home: home(), flags: Object.fromEntries(flags) });
});

program
  .command("status")
  .description("ask the running node how it is")
  .option("--node <url>", "the RPC to ask (default: the home's)")
  .action(async (own: { node?: string }) => print(await verbs.status({ home: home(), ...own })));

program
  .command("show-node-id")
  .description("print the id that peers dial")
  .action(async () => print(await verbs.showNodeId(home())));

program
  .command("show-validator")
  .description("print the validator's public key as genesis files hold it")
  .action(async () => print(await verbs.showValidator(home())));

program
  .command("config")
  .description("check the settings")
  .command("validate")
  .description("name every mistake in settings, keys and genesis")
  .action(async () => print(await verbs.validateConfig(home())));

program
  .command("version")
  .description("print the version")
  .action(() => print(version()));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${linesFrom(error).join("\n")}\n`);
  process.exitCode = 1;
}

function home(): string {
  return resolveHome(program.opts<HomeOption>().home);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** `start` says the first mistake in one line; `config validate` is asked for all of them. */
function linesFrom(error: unknown): readonly string[] {
  if (error instanceof ConfigError && process.argv.includes("validate")) {
    return error.mistakes.map(lineFromMistake);
  }
  return [`pyralogd: ${error instanceof Error ? error.message : String(error)}`];
}

function version(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "unknown";
}
