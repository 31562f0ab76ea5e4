/** A fleet for as long as some work takes; its homes stay behind where that failed. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fleet } from "#scenarios";

const basePort = 24_656;

export interface FleetShape {
  readonly clusters: number;
  readonly settings?: Readonly<Record<string, string>>;
  readonly genesisPatch?: unknown;
}

/** What went wrong, if anything did. */
export async function onFleet(
  shape: FleetShape,
  work: (fleet: Fleet) => Promise<void>,
): Promise<readonly string[]> {
  const root = mkdtempSync(join(tmpdir(), "pyralog-soak-"));
  const { genesisPatch, ...rest } = shape;
  const patch = join(root, "genesis-patch.json");
  writeFileSync(patch, JSON.stringify(genesisPatch ?? {}));
  const home = join(root, "net");
  const fleet = await Fleet.create({ home, basePort, ...rest, genesisPatch: patch });
  try {
    await work(fleet);
    await fleet.stop();
    rmSync(root, { recursive: true });
    return [];
  } catch (error) {
    await fleet.stop();
    const failure = `${error instanceof Error ? error.message : String(error)} (see ${home})`;
    process.stdout.write(`${failure}\n`);
    return [failure];
  }
}
