/**
 * A copy of the sources in a temporary folder, in which every import of a package of ours leads to
 * the copy. Bugs are planted there, one at a time, and taken out again.
 */
import { spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { PlantedBug, ProbeAnswer, ProbeJob } from "./planted-bug.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const packages = ["chain", "governance", "node", "wallet-cli", "testnet"];
const copied = ["package.json", "src", "test"];
/** Tests that no bug needs, with what they compare against. */
const left = new Set(["e2e", "judge", "vectors"]);
const probe = "testnet/test/planted/probe.ts";

export class SourceCopy {
  readonly folder: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "pyralog-planted-"));
    cpSync(join(root, "package.json"), join(this.folder, "package.json"));
    for (const name of packages) this.#copy(name);
    const vectors = "testnet/vectors";
    symlinkSync(join(root, vectors), join(this.folder, vectors), "junction");
    const modules = join(this.folder, "node_modules");
    linkAll(join(root, "node_modules"), modules);
    mkdirSync(join(modules, "@pyralog"));
    for (const name of packages) {
      symlinkSync(join(this.folder, name), join(modules, "@pyralog", name), "junction");
    }
  }

  #copy(name: string): void {
    mkdirSync(join(this.folder, name));
    for (const part of copied) {
      cpSync(join(root, name, part), join(this.folder, name, part), {
        recursive: true,
        filter: (path) => !left.has(path.split(/[/\\]/).at(-1) ?? ""),
      });
    }
    const own = join(root, name, "node_modules");
    if (existsSync(own)) linkAll(own, join(this.folder, name, "node_modules"));
  }

  /** Runs the jobs where the bug is in the sources; afterwards they are as they were. */
  async probe(
    jobs: readonly ProbeJob[],
    bug?: Pick<PlantedBug, "name" | "edits">,
  ): Promise<ProbeAnswer> {
    const before = new Map<string, string>();
    try {
      for (const edit of bug?.edits ?? []) {
        const path = join(this.folder, edit.file);
        const source = readFileSync(path, "utf8");
        if (!before.has(path)) before.set(path, source);
        writeFileSync(path, planted(source, { ...edit, name: bug?.name ?? "" }));
      }
      return await this.#run(jobs);
    } finally {
      for (const [path, source] of before) writeFileSync(path, source);
    }
  }

  async #run(jobs: readonly ProbeJob[]): Promise<ProbeAnswer> {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", probe], {
      cwd: this.folder,
      env: { ...process.env, NODE_COMPILE_CACHE: join(this.folder, "compiled") },
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.end(JSON.stringify(jobs));
    const answer = await text(child.stdout);
    if (answer === "") throw new Error(`${probe} ended without an answer`);
    return JSON.parse(answer);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** @throws Error where the place is gone, or is not the only one. */
export function planted(
  source: string,
  edit: PlantedBug["edits"][number] & { readonly name: string },
): string {
  const { name, file, find, replace } = edit;
  const places = source.split(find).length - 1;
  if (places === 1) return source.replace(find, () => replace);
  throw new Error(
    `the bug "${name}" cannot be planted: ${file} holds its text ${places} times, not once`,
  );
}

/** Links to everything in a folder of packages but to those that are copied. */
function linkAll(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name === "@pyralog" || name.startsWith(".")) continue;
    symlinkSync(join(from, name), join(to, name), "junction");
  }
}
