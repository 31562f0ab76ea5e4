/** Makes the home of a new node. It never writes over one that is there. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AssertionFailure } from "@pyralog/chain/base";
import type { Disk } from "#ports";
import { SignStore } from "#storage";
import { ConfigError } from "./config-error.ts";
import { homePaths } from "./home.ts";
import { jsonFromNodeKey, jsonFromValidatorKey, type NodeKey, type ValidatorKey } from "./keys.ts";
import { tomlFromSettings, type Overrides } from "./toml.ts";

export interface NewHome {
  readonly home: string;
  readonly nodeKey: NodeKey;
  readonly validatorKey: ValidatorKey;
  readonly genesis: string;
  /** By key, as `{"p2p.laddr": "tcp://…"}`. */
  readonly settings: Overrides;
}

/** @throws ConfigError `HOME_TAKEN` when one of the files is already there; nothing is written. */
export async function createHome(options: NewHome): Promise<void> {
  const paths = homePaths(options.home);
  const files: readonly (readonly [path: string, text: string, mode: number])[] = [
    [paths.configToml, tomlFromSettings("config.toml", options.settings), 0o644],
    [paths.appToml, tomlFromSettings("app.toml", options.settings), 0o644],
    [paths.genesis, options.genesis, 0o644],
    [paths.nodeKey, jsonFromNodeKey(options.nodeKey), 0o600],
    [paths.validatorKey, jsonFromValidatorKey(options.validatorKey), 0o600],
  ];
  for (const path of [...files.map(([name]) => name), paths.signRecord]) {
    if (existsSync(path)) refuseTaken(path);
  }
  for (const directory of [dirname(paths.configToml), paths.data, paths.logs]) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }
  for (const [path, text, mode] of files) writeFileSync(path, text, { mode, flag: "wx" });
  await writeSignRecord(paths.signRecord);
}

/**
 * The key was made just now, so it is known for certain that it has signed nothing. The real disk
 * port would bring all of libp2p with it; this one does the two things that are asked of it.
 */
async function writeSignRecord(path: string): Promise<void> {
  const disk: Disk = {
    list: unused,
    open: unused,
    remove: unused,
    read: () => Promise.resolve(undefined),
    replace(_, bytes) {
      writeFileSync(path, bytes, { mode: 0o600, flag: "wx", flush: true });
      return Promise.resolve();
    },
  };
  await SignStore.create({ disk, path });
}

function unused(): Promise<never> {
  return Promise.reject(new AssertionFailure("not asked for"));
}

function refuseTaken(path: string): never {
  throw new ConfigError([
    {
      code: "HOME_TAKEN",
      file: path,
      key: "",
      value: "",
      problem: "is there already",
      remedy: "choose another home with --home, or move this one away",
    },
  ]);
}
