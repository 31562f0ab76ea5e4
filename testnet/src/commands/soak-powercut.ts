/**
 * Power cuts under a validator alone, on an ext4 in a file: the file system is cut off from its
 * disk while payments come in, and what was not synced is gone. The node is frozen first: a sync
 * that races the cut may answer although its data is lost. Needs root, loop devices and gcc.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createPrng } from "@pyralog/chain/base";
import { Fleet, PowerCuts } from "#scenarios";
import type { SoakOptions, SoakReport } from "./soak.ts";

const cuts = 50;
const imageBytes = "512M";
const momentMsMax = 700;
const basePort = 24_356;
const settings = { "consensus.timeout_commit": "10ms", "consensus.timeout_propose": "1s" };
const source = fileURLToPath(new URL("../../tools/cut-power.c", import.meta.url));

export async function soakPowerCuts({ seed, say }: SoakOptions): Promise<SoakReport> {
  const seeds = String(seed);
  const root = mkdtempSync(join(tmpdir(), "pyralog-power-"));
  const missing = prepare(root);
  if (missing !== undefined) {
    say(`skipped: ${missing}`);
    return { seeds, counts: `skipped: ${missing}`, failures: [] };
  }
  const place = (name: string): string => join(root, name);
  const [image, disk, program] = [place("disk.img"), place("disk"), place("cut-power")];
  const mount = (): void => void execFileSync("mount", ["-o", "loop", image, disk]);
  const prng = createPrng(seed);
  mount();
  const fleet = await Fleet.create({ home: join(disk, "net"), clusters: 1, basePort, settings });
  // Keys and genesis were made a moment ago, and no operator cuts the power right then.
  execFileSync("sync", ["-f", disk]);
  const scene = await PowerCuts.create(fleet, prng.fork());
  try {
    for (let cut = 1; cut <= cuts; cut++) {
      await scene.goOn();
      await sleep(prng.below(momentMsMax));
      process.kill(fleet.pidOf(0), "SIGSTOP");
      execFileSync(program, [disk]);
      await fleet.kill();
      execFileSync("umount", [disk]);
      mount();
      await scene.seeDisk();
      say(`cut ${cut}: height ${scene.height}, ${scene.acknowledged} payments acknowledged`);
    }
    await scene.check();
    await fleet.stop();
    const { acknowledged, height, signatures } = scene;
    const counts =
      `${cuts} power cuts on ext4, ${height} heights, ` +
      `${acknowledged} payments kept, ${signatures} signatures`;
    return { seeds, counts, failures: [] };
  } catch (error) {
    await scene.end();
    return {
      seeds,
      counts: "",
      failures: [error instanceof Error ? error.message : String(error)],
    };
  } finally {
    await fleet.stop();
    spawnSync("umount", ["-l", disk]);
    rmSync(root, { recursive: true, force: true });
  }
}

/** Makes the file system and the program; what they need and is not there, otherwise. */
function prepare(root: string): string | undefined {
  if (process.getuid?.() !== 0) return "it needs root";
  const image = join(root, "disk.img");
  mkdirSync(join(root, "disk"));
  const steps: readonly (readonly [string, ...string[]])[] = [
    ["gcc", "-O2", "-o", join(root, "cut-power"), source],
    ["truncate", "-s", imageBytes, image],
    ["mkfs.ext4", "-q", "-F", image],
    ["mount", "-o", "loop", image, join(root, "disk")],
    ["umount", join(root, "disk")],
  ];
  for (const [command, ...args] of steps) {
    if (spawnSync(command, args).status !== 0) return `${command} does not work here`;
  }
  return undefined;
}
