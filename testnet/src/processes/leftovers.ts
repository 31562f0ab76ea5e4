/**
 * Nodes that a killed supervisor left behind. Each ends by itself when its channel breaks; one that
 * was frozen at that moment cannot, and is killed here before its home is used again.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { NetworkFile, NetworkNode } from "./network-file.ts";

const waitMs = 3000;
const pollMs = 50;

export async function clearLeftovers(network: NetworkFile): Promise<void> {
  const nodes = network.clusters.flatMap((cluster) => cluster.nodes);
  const end = performance.now() + waitMs;
  while (nodes.some(isAlive) && performance.now() < end) await sleep(pollMs);
  for (const node of nodes) {
    if (node.pid !== null && isAlive(node)) process.kill(node.pid, "SIGKILL");
  }
  while (nodes.some(isAlive) && performance.now() < end + waitMs) await sleep(pollMs);
}

/** The number may be another program's by now: only a process that names the node's home counts. */
function isAlive(node: NetworkNode): boolean {
  if (node.pid === null) return false;
  try {
    const words = readFileSync(`/proc/${node.pid}/cmdline`, "utf8").split("\0");
    return words.includes("start") && words.includes(node.home);
  } catch {
    return false;
  }
}
