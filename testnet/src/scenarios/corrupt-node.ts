/**
 * A validator whose disk rotted while it was down: it starts and tells the same chain as the
 * others, or refuses with one line that names a file and a remedy. Following the remedy, it keeps
 * its sign record alone, and fetches the chain again.
 */
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Prng } from "@pyralog/chain/base";
import { homePaths } from "@pyralog/node/config";
import { signRecordPath } from "@pyralog/node/drivers";
import { logPath } from "#processes";
import { hurtFile } from "./corrupt-disk.ts";
import type { Fleet } from "./fleet.ts";
import { History } from "./history.ts";
import { ScenarioError } from "./scenario-error.ts";
import type { Signatures } from "./signatures.ts";

export interface NodeDamage {
  readonly outcome: "refused" | "serves";
  readonly where: string;
}

const parts = ["wal", "chain.db", "application.db", "index.db", "sign-record"] as const;
const stepHeights = 100n;
const refusal = /^pyralogd: \S*\/data\S*:? .*(?:[Rr]estore|[Mm]ove)/m;

/** All run before and after. @throws Violation, ScenarioError */
export async function corruptNode(
  fleet: Fleet,
  options: {
    readonly victim: number;
    readonly number: number;
    readonly prng: Prng;
    readonly signatures: Signatures;
  },
): Promise<NodeDamage> {
  const { victim, number, prng, signatures } = options;
  const { home, name } = fleet.node(victim);
  await fleet.kill([victim]);
  await signatures.seeDisk(home);
  const { data } = homePaths(home);
  const backup = `${home}-backup`;
  rmSync(backup, { recursive: true, force: true });
  cpSync(data, backup, { recursive: true });
  const part = parts[number % parts.length] ?? "wal";
  const where = hurtFile(join(data, part), { part, prng });
  const logged = readFileSync(logPath(home)).length;
  const others = fleet.nodes.map(({ index }) => index).filter((index) => index !== victim);
  const height = await fleet.heightMax(others);
  const isUp = await fleet.startOrEnd(victim, height + 1n);
  if (!isUp) {
    const said = readFileSync(logPath(home)).subarray(logged).toString();
    if (!refusal.test(said)) {
      throw new ScenarioError({ code: "DAMAGE_SILENT", facts: { node: name, where, said } });
    }
    followRemedy(data, part === "sign-record" ? backup : data);
    fleet.start([victim]);
    // All of the chain is fetched again: what is awaited is that it goes on, however long it is.
    for (let step = stepHeights; step < height; step += stepHeights) {
      await fleet.reach(step, [victim]);
    }
    await fleet.reach(height + 1n, [victim]);
  }
  const history = new History(signatures);
  for (const node of [fleet.node(victim), fleet.node(others[0] ?? victim)]) {
    await history.follow(node);
  }
  return { outcome: isUp ? "serves" : "refused", where };
}

/** The sign record stays, or comes from a copy; all else is fetched. */
function followRemedy(data: string, signRecordFrom: string): void {
  const names = readdirSync(data).filter((name) => name !== signRecordPath);
  for (const name of names) rmSync(join(data, name), { recursive: true });
  if (signRecordFrom === data) return;
  cpSync(join(signRecordFrom, signRecordPath), join(data, signRecordPath));
}
