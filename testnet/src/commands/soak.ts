/**
 * `npm run soak -- NAME [--seed N]`: the long form of a suite. Appends date, seeds, counts, commit
 * and verdict to the ledger, and exits 1 if anything that must hold did not.
 */
import { randomInt } from "node:crypto";
import { Argument, Command, InvalidArgumentError } from "commander";
import { appendToLedger, presentCommit } from "./ledger.ts";
import { soakCorruption } from "./soak-corruption.ts";
import { soakEndToEnd } from "./soak-e2e.ts";
import { soakFailpoints } from "./soak-failpoints.ts";
import { soakFlood } from "./soak-flood.ts";
import { soakFuzz } from "./soak-fuzz.ts";
import { soakKills } from "./soak-kills.ts";
import { soakPlanted } from "./soak-planted.ts";
import { soakPowerCuts } from "./soak-powercut.ts";
import { soakSimulator } from "./soak-sim.ts";
import { soakSync } from "./soak-sync.ts";
import { soakTwins } from "./soak-twins.ts";

export interface SoakOptions {
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface SoakReport {
  /** As the ledger names them: one, or from–to. */
  readonly seeds: string;
  readonly counts: string;
  /** What did not hold; empty where everything did. */
  readonly failures: readonly string[];
}

type Suite = (options: SoakOptions) => Promise<SoakReport>;

const suites: ReadonlyMap<string, Suite> = new Map([
  ["corruption", soakCorruption],
  ["e2e", soakEndToEnd],
  ["failpoints", soakFailpoints],
  ["flood", soakFlood],
  ["fuzz", soakFuzz],
  ["kills", soakKills],
  ["planted", soakPlanted],
  ["powercut", soakPowerCuts],
  ["sim", soakSimulator],
  ["sync", soakSync],
  ["twins", soakTwins],
]);
const seedsMax = 1_000_000;

function seedFrom(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("write a whole number");
  return Number(text);
}

const command = new Command("npm run soak --")
  .description("Runs a suite for long and writes down what came of it.")
  .addArgument(new Argument("<name>", "which suite").choices([...suites.keys()]))
  .option("--seed <n>", "draws everything that is drawn (default: another one each time)", seedFrom)
  .showHelpAfterError()
  .parse();

const [name = ""] = command.args;
const { seed = randomInt(seedsMax) } = command.opts<{ seed?: number }>();
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const run = suites.get(name);
if (run === undefined) throw new InvalidArgumentError(name);

const date = new Date();
const commit = presentCommit();
say(`soak ${name}, seed ${seed}; again with: npm run soak -- ${name} --seed ${seed}`);
const { seeds, counts, failures } = await run({ seed, say });
const verdict = failures.length === 0 ? "ok" : failures.join("; ");
appendToLedger({ date, suite: name, seeds, counts, commit, verdict });
say(`soak: ${verdict}`);
process.exitCode = failures.length === 0 ? 0 : 1;
