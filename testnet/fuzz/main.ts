/**
 * `npm run fuzz -- TARGET [--seconds S] [--seed N] [--keep] [--replay FILE]`: changed inputs for one
 * of the node's doors, guided by the code that they reach. The first that it does not survive is
 * saved, with the command that replays it; the exit code is 1.
 */
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { Argument, Command, InvalidArgumentError } from "commander";
import { loadCorpus, saveCorpus } from "./corpus.ts";
import { runTarget, saveFailure } from "./run-target.ts";
import { targetModule, targetNames, type TargetName } from "./targets.ts";
import type { TargetModule } from "./target.ts";

interface Options {
  readonly seconds: number;
  readonly seed?: number;
  readonly keep?: true;
  readonly replay?: string;
}

function numberFrom(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("write a whole number");
  return Number(text);
}

const command = new Command("npm run fuzz --")
  .description("Changed inputs for one of the node's doors.")
  .addArgument(new Argument("<target>", "which door").choices(targetNames))
  .option("--seconds <s>", "how long", numberFrom, 60)
  .option("--seed <n>", "draws the changes (default: another one each time)", numberFrom)
  .option("--keep", "keep what reached new code in the corpus, as little as it can be")
  .option("--replay <file>", "run this one input, and nothing else")
  .showHelpAfterError()
  .parse();

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function replay(name: TargetName, file: string): Promise<void> {
  const { createTarget }: TargetModule = await import(targetModule(name).href);
  const target = await createTarget();
  const begun = performance.now();
  await target.run(new Uint8Array(readFileSync(file)));
  say(`fuzz ${name}: survived in ${(performance.now() - begun).toFixed(1)} ms`);
}

async function run(
  name: TargetName,
  { seconds, keep, seed = randomInt(1_000_000) }: Options,
): Promise<void> {
  say(`fuzz ${name}, seed ${seed}, ${seconds} s`);
  const corpus = loadCorpus(name);
  const module = targetModule(name);
  const report = await runTarget({ name, module, corpus, seed, seconds, keep: keep === true });
  const { executions, blocks, found, failure, kept } = report;
  if (failure !== undefined) {
    say(`${failure.kind}: ${failure.message}`);
    say(`again with: ${saveFailure(name, failure)}`);
    process.exitCode = 1;
  }
  if (keep === true && failure === undefined) saveCorpus(name, kept);
  const counts = { target: name, executions, blocks, found: found.length, kept: kept.length };
  say(JSON.stringify({ ...counts, failure: failure?.kind ?? "none" }));
}

const options = command.opts<Options>();
const name = targetNames.find((known) => known === command.args[0]) ?? "tx";
if (options.replay === undefined) await run(name, options);
else await replay(name, options.replay);
