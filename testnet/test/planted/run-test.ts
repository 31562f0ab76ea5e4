/** One test of a module, in the copy of the sources in which this file lies. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Finding, Harness } from "./planted-bug.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** What fails; nothing where the test passes. @throws Error where there is no such test. */
export function runTest(
  test: Extract<Harness, { kind: "test" }>,
): Omit<Finding, "seed"> | undefined {
  const { file, title } = test;
  const flags = ["--no-config", "--reporter", "json", "--timeout", "60000", "--fgrep", title];
  const mocha = `${root}node_modules/mocha/bin/mocha.js`;
  const { stdout, stderr } = spawnSync(process.execPath, [mocha, ...flags, file], {
    cwd: root,
    encoding: "utf8",
  });
  const passes = countOf(stdout, "passes");
  const failures = countOf(stdout, "failures");
  if (passes + failures === 0) throw new Error(`${file} has no test "${title}": ${stderr}`);
  return failures === 0 ? undefined : { code: "FAILED", message: `${file}: ${title}` };
}

function countOf(report: string, name: "passes" | "failures"): number {
  return Number(new RegExp(`"${name}": (\\d+)`).exec(report)?.[1] ?? 0);
}
