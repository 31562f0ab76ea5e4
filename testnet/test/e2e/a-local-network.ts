/** A local network as a user starts it: `npm start -- --json`, in a temporary home. */
import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess, type SpawnSyncReturns } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const readyTimeoutMs = 60_000;

interface ReadyEvent {
  readonly event: "ready";
  readonly chainId: string;
  readonly prefix: string;
  readonly denom: string;
  readonly clusters: readonly {
    readonly name: string;
    readonly operator: string;
    readonly nodes: readonly {
      readonly name: string;
      readonly home: string;
      readonly pid: number;
      readonly rpc: string;
      readonly p2p: number;
      readonly metrics: string;
    }[];
  }[];
  readonly accounts: readonly {
    readonly name: string;
    readonly address: string;
    readonly hex: string;
    readonly mnemonic: string;
  }[];
}

export interface LocalNetwork {
  readonly home: string;
  readonly ready: ReadyEvent;
  readonly process: ChildProcess;
  /** When the command was given, in milliseconds since the epoch. */
  readonly commandedMs: number;
  /** The RPC of a node, by its place. */
  rpc(index: number): string;
  pyralog(...args: readonly string[]): SpawnSyncReturns<string>;
  testnet(...args: readonly string[]): SpawnSyncReturns<string>;
  /** Ctrl-C; gives the milliseconds until the last process was gone. */
  stop(): Promise<number>;
}

export function aHome(): string {
  return mkdtempSync(join(tmpdir(), "pyralog-e2e-"));
}

export function removeHome(home: string): void {
  rmSync(home, { recursive: true, force: true });
}

export async function startLocalNetwork(options: {
  readonly home: string;
  readonly clusters?: number;
  readonly args?: readonly string[];
}): Promise<LocalNetwork> {
  const { home, clusters = 4, args = [] } = options;
  const commandedMs = Date.now();
  const child = spawn(
    process.execPath,
    [
      join(root, "bin/start.js"),
      "--json",
      `--home=${home}`,
      `--clusters=${clusters}`,
      "--base-port=21656",
      ...args,
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const ready = await readyEvent(child);
  const run = (bin: string, rest: readonly string[]): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [join(root, bin), "--home", home, ...rest], { encoding: "utf8" });
  return {
    home,
    ready,
    process: child,
    commandedMs,
    rpc: (index) => ready.clusters[index]?.nodes[0]?.rpc ?? assert.fail(`no node ${index}`),
    pyralog: (...rest) => run("wallet-cli/bin/pyralog.js", rest),
    testnet: (...rest) => run("testnet/bin/pyralog-testnet.js", rest),
    async stop() {
      const begun = performance.now();
      child.kill("SIGINT");
      await gone(home);
      return performance.now() - begun;
    },
  };
}

async function readyEvent(child: ChildProcess): Promise<ReadyEvent> {
  const said: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => said.push(text));
  assert.ok(child.stdout !== null);
  const timer = setTimeout(() => child.kill("SIGTERM"), readyTimeoutMs);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const event: unknown = JSON.parse(line);
      if (!isReady(event)) break;
      child.stdout.resume();
      return event;
    }
  } finally {
    clearTimeout(timer);
  }
  return assert.fail(`the network did not become ready: ${said.join("\n")}`);
}

/** Resolves when no process names the home any more. */
export async function gone(home: string): Promise<void> {
  const end = performance.now() + 20_000;
  while (processesOf(home).length > 0) {
    assert.ok(performance.now() < end, `left over: ${processesOf(home).join("; ")}`);
    await sleep(20);
  }
}

/** Command lines of the processes that name the home. */
export function processesOf(home: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandLineOf)
    .filter((line) => line.includes(home));
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

function isReady(event: unknown): event is ReadyEvent {
  return typeof event === "object" && event !== null && "event" in event && event.event === "ready";
}
