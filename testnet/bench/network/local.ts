/** A local network for a benchmark: started by `npm start`'s own entry, asked over its RPC. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

interface LocalNode {
  readonly name: string;
  readonly home: string;
  readonly pid: number;
  readonly rpc: string;
  readonly metrics: string;
}

export interface Local {
  readonly chainId: string;
  readonly nodes: readonly LocalNode[];
  stop(): Promise<void>;
}

interface Ready {
  readonly event: string;
  readonly chainId: string;
  readonly clusters: readonly { readonly nodes: readonly LocalNode[] }[];
}

const basePort = 31_656;

/** Starts a network whose genesis is patched, in a folder that goes with it. */
export async function startLocal(patch: object): Promise<Local> {
  const home = mkdtempSync(join(tmpdir(), "pyralog-bench-"));
  const patchPath = join(home, "patch.json");
  writeFileSync(patchPath, JSON.stringify(patch));
  const entry = fileURLToPath(new URL("../../src/commands/start.ts", import.meta.url));
  const network = join(home, "network");
  const args = ["--json", "--home", network, "--base-port", String(basePort)];
  const child = spawn(process.execPath, [entry, ...args, "--genesis", patchPath], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ready = await readyEvent(child);
  return {
    chainId: ready.chainId,
    nodes: ready.clusters.flatMap(({ nodes }) => nodes),
    stop: async () => {
      const ended = new Promise((resolve) => {
        child.once("exit", resolve);
      });
      child.kill("SIGINT");
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function readyEvent(child: ChildProcess): Promise<Ready> {
  if (child.stdout === null) throw new Error("the network has no output");
  for await (const line of createInterface({ input: child.stdout })) {
    const event: unknown = JSON.parse(line);
    if (isReady(event)) return event;
  }
  throw new Error("the network ended before it was ready");
}

function isReady(event: unknown): event is Ready {
  return typeof event === "object" && event !== null && "event" in event && event.event === "ready";
}
