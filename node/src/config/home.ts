/** Where things lie in the home of one node, and how a node's home differs from a network's. */
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Mistake } from "./config-error.ts";

export interface HomePaths {
  readonly home: string;
  readonly configToml: string;
  readonly appToml: string;
  readonly genesis: string;
  readonly nodeKey: string;
  readonly validatorKey: string;
  readonly data: string;
  /** What the validator's key has signed last; lost, it is restored and never made anew. */
  readonly signRecord: string;
  readonly logs: string;
}

export function homePaths(home: string): HomePaths {
  const root = resolve(home);
  const config = join(root, "config");
  return {
    home: root,
    configToml: join(config, "config.toml"),
    appToml: join(config, "app.toml"),
    genesis: join(config, "genesis.json"),
    nodeKey: join(config, "node_key.json"),
    validatorKey: join(config, "priv_validator_key.json"),
    data: join(root, "data"),
    signRecord: join(root, "data", "sign-record"),
    logs: join(root, "logs"),
  };
}

/** `--home`, else `$PYRALOG_HOME`, else `./.pyralog` where there is one, else `~/.pyralog`. */
export function resolveHome(flag: string | undefined): string {
  const { PYRALOG_HOME: variable = "" } = process.env;
  if (flag !== undefined) return resolve(flag);
  if (variable !== "") return resolve(variable);
  return existsSync(".pyralog") ? resolve(".pyralog") : join(homedir(), ".pyralog");
}

/** Names of the nodes whose homes lie in a network's home; empty for a node's own home. */
export function nodesOfNetworkHome(home: string): readonly string[] {
  if (existsSync(homePaths(home).configToml) || !existsSync(home)) return [];
  return readdirSync(home)
    .filter((name) => /^c\d+n\d+$/.test(name) && existsSync(homePaths(join(home, name)).configToml))
    .toSorted(byNumbers);
}

function byNumbers(left: string, right: string): number {
  return numberOf(left) - numberOf(right);
}

/** `c2n1` → 2001: clusters first. */
function numberOf(name: string): number {
  const [cluster = 0, node = 0] = name.slice(1).split("n").map(Number);
  return cluster * 1000 + node;
}

/** The mistake of giving a network's home where one node's is wanted, if it was made. */
export function networkHomeMistakes(home: string): readonly Mistake[] {
  const nodes = nodesOfNetworkHome(home);
  const [first] = nodes;
  if (first === undefined) return [];
  return [
    {
      code: "HOME_OF_NETWORK",
      file: "command line",
      key: "--home",
      value: home,
      problem: `is the home of a network with the nodes ${nodes.join(", ")}`,
      remedy: `name one of them: --home ${join(home, first)}`,
    },
  ];
}
