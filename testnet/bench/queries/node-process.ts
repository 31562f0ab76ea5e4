/** The real `pyralogd` on a home that is there already, in a process of its own. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { nodeArguments } from "../../../bin/launch.js";
import { cpuMicrosOf, residentMibOf } from "../network/usage.ts";

export interface NodeProcess {
  readonly pid: number;
  readonly rpc: string;
  /** What it took until the node ran. */
  readonly startCpuSeconds: number;
  readonly startSeconds: number;
  readonly startMib: number;
  stop(): Promise<void>;
}

const entry = fileURLToPath(new URL("../../../node/src/main.ts", import.meta.url));

export async function startNode(home: string): Promise<NodeProcess> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [...nodeArguments(), entry, "start", "--home", home], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const ended = new Promise((resolve) => {
    child.once("exit", resolve);
  });
  const { stdout, pid } = child;
  if (stdout === null || pid === undefined) throw new Error("the node did not start");
  const lines = createInterface({ input: stdout });
  const port = await new Promise<number>((resolve, reject) => {
    lines.on("line", (line) => {
      const found = /"rpcPort":(\d+)/.exec(line);
      if (found !== null) resolve(Number(found[1]));
    });
    lines.once("close", () => reject(new Error("the node ended before it ran")));
  });
  return {
    pid,
    rpc: `http://127.0.0.1:${port}`,
    startCpuSeconds: cpuMicrosOf(pid) / 1e6,
    startSeconds: (performance.now() - startedMs) / 1000,
    startMib: residentMibOf(pid),
    async stop() {
      child.kill("SIGINT");
      await ended;
    },
  };
}
