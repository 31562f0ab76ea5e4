/** What a local network needs of a machine, looked at one by one. */
import { statfsSync } from "node:fs";
import { freemem } from "node:os";
import { dirname } from "node:path";
import { existsSync } from "node:fs";
import { loadCrypto } from "@pyralog/wallet-cli/keystore";
import {
  basePortDefault,
  findPorts,
  loadNetworkFile,
  NetworkError,
  observeNodes,
} from "#processes";
import { nodesIn } from "./running-network.ts";

interface Finding {
  readonly about: string;
  readonly isRight: boolean;
  readonly text: string;
}

const nodeMajorMin = 24;
const clusters = 4;
const memoryMin = 1024 ** 3;
const diskMin = 2 * 1024 ** 3;

/** @throws NetworkError `UNFIT` with all findings when one of them is wrong. */
export async function examine(home: string): Promise<string> {
  const findings = [
    nodeVersion(),
    await crypto(),
    memory(),
    disk(home),
    await ports(),
    ...(await network(home)),
  ];
  const text = findings
    .map(
      ({ about, isRight, text: found }) => `${isRight ? "ok " : "NO "} ${about.padEnd(8)} ${found}`,
    )
    .join("\n");
  if (findings.every(({ isRight }) => isRight)) return text;
  throw new NetworkError({ code: "UNFIT", message: `something is missing\n${text}` });
}

function nodeVersion(): Finding {
  const isRight = Number(process.versions.node.split(".")[0]) >= nodeMajorMin;
  const text = isRight ? process.version : `${process.version}: run \`npm ci --ignore-scripts\``;
  return { about: "node", isRight, text };
}

async function crypto(): Promise<Finding> {
  const { name } = await loadCrypto();
  const text = name === "native" ? "native signatures" : "signatures as WebAssembly: slower, right";
  return { about: "crypto", isRight: true, text };
}

function memory(): Finding {
  const free = freemem();
  const isRight = free >= memoryMin;
  const remedy = isRight ? "" : ": four nodes want 1 GB, close something";
  const text = `${megabytes(free)} MB free${remedy}`;
  return { about: "memory", isRight, text };
}

function disk(home: string): Finding {
  const { bavail, bsize } = statfsSync(existing(home));
  const free = bavail * bsize;
  const isRight = free >= diskMin;
  const text = `${megabytes(free)} MB free${isRight ? "" : ": make room for 2 GB, or use --home"}`;
  return { about: "disk", isRight, text };
}

async function ports(): Promise<Finding> {
  const { basePort, taken } = await findPorts({ clusters, basePort: basePortDefault });
  const text =
    taken === undefined
      ? `free from ${basePort} on`
      : `${taken} is taken; a network would begin at ${basePort}`;
  return { about: "ports", isRight: true, text };
}

async function network(home: string): Promise<readonly Finding[]> {
  const file = loadNetworkFile(home);
  if (file === undefined) return [{ about: "network", isRight: true, text: `none in ${home} yet` }];
  if (file.pid === null) {
    return [{ about: "network", isRight: true, text: `${file.chainId} is stopped` }];
  }
  const views = await observeNodes(nodesIn(file));
  const silent = views.filter(({ height }) => height === undefined).map(({ name }) => name);
  const isRight = silent.length === 0;
  const text = isRight
    ? `${file.chainId} runs, every node answers`
    : `silent: ${silent.join(", ")}; bring one back with ` +
      `\`npx pyralog-testnet restart ${silent[0] ?? ""}\``;
  return [{ about: "network", isRight, text }];
}

function existing(path: string): string {
  return existsSync(path) ? path : existing(dirname(path));
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1024 ** 2);
}
