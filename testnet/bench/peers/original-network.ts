/** Four validators of the original, CometBFT v0.38.25, with the key-value store that it brings. */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LoadedNode } from "../network/load.ts";

export interface OriginalNetwork {
  readonly nodes: readonly LoadedNode[];
  stop(): Promise<void>;
}

interface Place {
  readonly home: string;
  readonly id: string;
  readonly p2p: number;
  readonly rpc: number;
}

const count = 4;
const basePort = 32_656;
const startMsMax = 30_000;

export async function startOriginalNetwork(program: string): Promise<OriginalNetwork> {
  const root = mkdtempSync(join(tmpdir(), "pyralog-bench-original-"));
  execFileSync(program, ["testnet", "--v", String(count), "--o", root], { stdio: "ignore" });
  const places = Array.from({ length: count }, (_, index) => placeOf(program, { root, index }));
  for (const place of places) configure(place, places);
  const children = places.map(({ home }) =>
    spawn(program, ["start", "--home", home, "--log_level", "error"], { stdio: "ignore" }),
  );
  const nodes = places.map(({ rpc }, index) => ({
    pid: children[index]?.pid ?? Number.NaN,
    rpc: `http://127.0.0.1:${rpc}`,
  }));
  const stop = async (): Promise<void> => {
    const ended = children.map(async (child) => {
      if (child.exitCode !== null) return;
      await new Promise((resolve) => {
        child.once("exit", resolve);
        child.kill("SIGKILL");
      });
    });
    await Promise.all(ended);
    rmSync(root, { recursive: true, force: true });
  };
  try {
    for (const { rpc } of nodes) await firstBlock(rpc);
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, stop };
}

function placeOf(program: string, at: { readonly root: string; readonly index: number }): Place {
  const home = join(at.root, `node${at.index}`);
  const id = execFileSync(program, ["show-node-id", "--home", home], { encoding: "utf8" }).trim();
  return { home, id, p2p: basePort + 10 * at.index, rpc: basePort + 10 * at.index + 1 };
}

/** Its own settings but for what lets four of them live on one machine and take our load. */
function configure({ home, p2p, rpc, id }: Place, all: readonly Place[]): void {
  const path = join(home, "config", "config.toml");
  const peers = all.filter((other) => other.id !== id);
  const addresses = peers.map((peer) => `${peer.id}@127.0.0.1:${peer.p2p}`).join(",");
  const changes: readonly (readonly [RegExp, string])[] = [
    [/^proxy_app = .*$/m, 'proxy_app = "kvstore"'],
    [/^laddr = "tcp:\/\/.*:26657"$/m, `laddr = "tcp://127.0.0.1:${rpc}"`],
    [/^laddr = "tcp:\/\/.*:26656"$/m, `laddr = "tcp://127.0.0.1:${p2p}"`],
    [/^persistent_peers = .*$/m, `persistent_peers = "${addresses}"`],
    [/^pex = true$/m, "pex = false"],
    [/^addr_book_strict = .*$/m, "addr_book_strict = false"],
    [/^allow_duplicate_ip = .*$/m, "allow_duplicate_ip = true"],
    [/^max_request_batch_size = .*$/m, "max_request_batch_size = 100"],
  ];
  let text = readFileSync(path, "utf8");
  for (const [pattern, line] of changes) {
    if (!pattern.test(text)) throw new Error(`config.toml has no line like ${String(pattern)}`);
    text = text.replace(pattern, line);
  }
  writeFileSync(path, text);
}

async function firstBlock(rpc: string): Promise<void> {
  const deadlineMs = performance.now() + startMsMax;
  while (performance.now() < deadlineMs) {
    const answered = await fetch(`${rpc}/block?height=1`).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await sleep(100);
  }
  throw new Error(`${rpc} has no block after ${startMsMax} ms`);
}
