/** The original: CometBFT v0.38.25 with its built-in kvstore, one validator, quick blocks. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Side } from "./side.ts";

export async function startOriginal(program: string): Promise<Side> {
  const home = mkdtempSync(join(tmpdir(), "judge-"));
  execFileSync(program, ["init", "--home", home], { stdio: "ignore" });
  const [rpc, p2p] = [await freePort(), await freePort()];
  configure(join(home, "config", "config.toml"), { rpc, p2p });
  const child = spawn(program, ["start", "--home", home], { stdio: "ignore" });
  const url = `http://127.0.0.1:${rpc}`;
  await answering(url, child);
  let sent = 0;
  return {
    name: "original",
    url,
    nextTx: () => Promise.resolve(new TextEncoder().encode(`judge${sent++}=value`)),
    query: { path: "/key", dataHex: "6a7564676530" },
    stop: () => stopped(child, home),
  };
}

function configure(path: string, ports: { readonly rpc: number; readonly p2p: number }): void {
  const changes: readonly (readonly [RegExp, string])[] = [
    [/^proxy_app = .*$/m, 'proxy_app = "kvstore"'],
    [/^laddr = "tcp:\/\/127.0.0.1:26657"$/m, `laddr = "tcp://127.0.0.1:${ports.rpc}"`],
    [/^laddr = "tcp:\/\/0.0.0.0:26656"$/m, `laddr = "tcp://127.0.0.1:${ports.p2p}"`],
    [/^pex = true$/m, "pex = false"],
    [/^timeout_commit = .*$/m, 'timeout_commit = "200ms"'],
    // Ours takes a hundred: the text of the refusal names the limit.
    [/^max_request_batch_size = .*$/m, "max_request_batch_size = 100"],
  ];
  let text = readFileSync(path, "utf8");
  for (const [pattern, line] of changes) {
    if (!pattern.test(text)) throw new Error(`config.toml has no line like ${String(pattern)}`);
    text = text.replace(pattern, line);
  }
  writeFileSync(path, text);
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300 && child.exitCode === null; attempt++) {
    const alive = await fetch(`${url}/health`).then(
      () => true,
      () => false,
    );
    if (alive) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  throw new Error("the original does not start");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function stopped(child: ChildProcess, home: string): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => {
      rmSync(home, { recursive: true, force: true });
      resolve();
    });
    child.kill("SIGKILL");
  });
}
