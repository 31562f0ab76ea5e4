/** All that a node's home holds before it starts: settings, keys and genesis, checked together. */
import { existsSync, readFileSync } from "node:fs";
import { assert, refused, type Result } from "@pyralog/chain/base";
import { parseGenesis, type GenesisDocument, type TypesError } from "@pyralog/chain/types";
import type { Config } from "./config.ts";
import { ConfigError, refuseMistakes, type Mistake } from "./config-error.ts";
import { homePaths, networkHomeMistakes } from "./home.ts";
import { loadNodeKey, loadValidatorKey, type NodeKey, type ValidatorKey } from "./keys.ts";
import { checkConfig, type ConfigSources } from "./load-config.ts";

export interface NodeSetup {
  readonly config: Config;
  readonly genesis: GenesisDocument;
  readonly nodeKey: NodeKey;
  readonly validatorKey: ValidatorKey;
}

/** What the application finds wrong with a genesis document. */
export interface GenesisProblem {
  /** Where in the document, as `app_state.bank.balances[3]`. */
  readonly key: string;
  readonly value: string;
  readonly problem: string;
  readonly remedy: string;
}

export interface NodeSources extends ConfigSources {
  /** The application's own rules; it knows what `app_state` means. */
  readonly checkGenesis: (genesis: GenesisDocument) => readonly GenesisProblem[];
}

/** @throws ConfigError when anything is wrong. Nothing was written. */
export function loadNode(sources: NodeSources): NodeSetup {
  const { setup, mistakes } = checkNode(sources);
  if (setup !== undefined) return setup;
  const [first, ...rest] = mistakes;
  assert(first !== undefined, "without a setup there is a mistake");
  throw new ConfigError([first, ...rest]);
}

/** The setup if all is right, and every mistake otherwise. */
export function checkNode(sources: NodeSources): {
  readonly setup: NodeSetup | undefined;
  readonly mistakes: readonly Mistake[];
} {
  const noHome = homeMistakes(sources.home);
  if (noHome.length > 0) return { setup: undefined, mistakes: noHome };
  const paths = homePaths(sources.home);
  const { config, mistakes } = checkConfig(sources);
  const genesis = loadGenesis(paths.genesis, sources.checkGenesis);
  const nodeKey = loadNodeKey(paths.nodeKey);
  const validatorKey = loadValidatorKey(paths.validatorKey);
  if (
    mistakes.length === 0 &&
    genesis.kind === "ok" &&
    nodeKey.kind === "ok" &&
    validatorKey.kind === "ok"
  ) {
    const setup = {
      config,
      genesis: genesis.value,
      nodeKey: nodeKey.value,
      validatorKey: validatorKey.value,
    };
    return { setup: Object.freeze(setup), mistakes: [] };
  }
  const refusals = [nodeKey, validatorKey].flatMap((key) =>
    key.kind === "refused" ? [key.error] : [],
  );
  const ofGenesis = genesis.kind === "refused" ? genesis.error : [];
  return { setup: undefined, mistakes: [...mistakes, ...ofGenesis, ...refusals] };
}

/** @throws ConfigError when there is no node's home, or a network's. */
export function requireNodeHome(home: string): void {
  refuseMistakes(homeMistakes(home));
}

function homeMistakes(home: string): readonly Mistake[] {
  const ofNetwork = networkHomeMistakes(home);
  if (ofNetwork.length > 0 || existsSync(homePaths(home).configToml)) return ofNetwork;
  return [
    {
      code: "FILE_MISSING",
      file: homePaths(home).configToml,
      key: "",
      value: "",
      problem: "there is no node here",
      remedy: `create one with \`pyralogd init --home ${home}\`, or name another with --home`,
    },
  ];
}

function loadGenesis(
  path: string,
  check: NodeSources["checkGenesis"],
): Result<GenesisDocument, readonly Mistake[]> {
  const mistake = (code: Mistake["code"], found: GenesisProblem): Mistake => ({
    code,
    file: path,
    ...found,
  });
  if (!existsSync(path)) {
    const problem = "there is no such file";
    const remedy = "copy the network's genesis file there";
    return refused([mistake("FILE_MISSING", { key: "", value: "", problem, remedy })]);
  }
  const genesis = parseGenesis(readFileSync(path, "utf8"));
  if (genesis.kind === "refused")
    return refused([mistake("GENESIS_INVALID", problemOf(genesis.error))]);
  const problems = check(genesis.value);
  if (problems.length === 0) return genesis;
  return refused(problems.map((problem) => mistake("GENESIS_INVALID", problem)));
}

function problemOf(error: TypesError): GenesisProblem {
  const { key = "", value = "", want = "what CometBFT's genesis rules allow" } = error.facts;
  return {
    key: String(key),
    value: String(value),
    problem: "is not what a genesis document may hold",
    remedy: `write ${String(want)}; every node of the chain needs the same file`,
  };
}
