/**
 * A node as `pyralogd start` runs it, on ports that know the moments at which it can die. With
 * `FAILPOINT=block-save/after:3` in its environment it kills itself the third time that it passes
 * that one. Its logs have short segments, so that they roll within a test.
 */
import { parseArgs } from "node:util";
import { start } from "@pyralog/node/commands";
import { createLibp2pWire, openDisk, openTable } from "@pyralog/node/io";
import { FailingDisk } from "./failing-disk.ts";
import { FailingTable } from "./failing-table.ts";
import { FailingWire } from "./failing-wire.ts";
import { isFailpoint } from "./names.ts";
import { Trap, type ArmedFailpoint } from "./trap.ts";

const walSegmentBytes = 16 * 1024;

function armedFrom(text: string | undefined): ArmedFailpoint | undefined {
  if (text === undefined) return undefined;
  const [name = "", hit = "1"] = text.split(":");
  if (!isFailpoint(name)) throw new Error(`FAILPOINT=${text} names no failpoint`);
  return { name, hit: Number(hit) };
}

const trap = new Trap(armedFrom(process.env["FAILPOINT"]));
const { values } = parseArgs({ options: { home: { type: "string" } }, strict: false });
const flags = process.argv.flatMap((argument) => {
  const { key = "", value } = /^--(?<key>[^=]+)=(?<value>.*)$/.exec(argument)?.groups ?? {};
  return value === undefined ? [] : [[key, value] as const];
});
try {
  await start({
    home: String(values["home"]),
    flags: Object.fromEntries(flags),
    world: {
      openDisk: async (root) => new FailingDisk(await openDisk(root), trap),
      openTable: async (path) => {
        const name = path.slice(path.lastIndexOf("/") + 1);
        return new FailingTable({ table: await openTable(path), name, trap });
      },
      createWire: async (options) => new FailingWire(await createLibp2pWire(options), trap),
      walSegmentBytes,
    },
  });
} catch (error) {
  process.stderr.write(`pyralogd: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
