/** The launchers in `bin`, on a copy of the project that has next to nothing. */
import assert from "node:assert/strict";
import { spawn, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, it } from "mocha";
import { aHome, gone, removeHome } from "./a-local-network.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

describe("the launchers", function () {
  this.timeout(30_000);
  let project = "";

  beforeEach(() => {
    project = aHome();
    cpSync(join(root, "bin"), join(project, "bin"), { recursive: true });
    writeFileSync(join(project, "package.json"), '{"type":"module"}');
    lock({ "node_modules/a": { version: "1.0.0" } });
  });

  afterEach(() => removeHome(project));

  const lock = (packages: unknown): void => {
    const text = JSON.stringify({ packages: { "": {}, ...asObject(packages) } });
    writeFileSync(join(project, "package-lock.json"), text);
  };

  const installed = (packages: unknown): void => {
    mkdirSync(join(project, "node_modules"), { recursive: true });
    const text = JSON.stringify({ packages });
    writeFileSync(join(project, "node_modules/.package-lock.json"), text);
  };

  /** A TypeScript file that the launcher is to run, and a stand-in for npm that notes its arguments. */
  const run = (source: string, ...args: readonly string[]): SpawnSyncReturns<string> => {
    writeFileSync(join(project, "main.ts"), source);
    const npm = join(project, "npm.cjs");
    writeFileSync(
      npm,
      `require("fs").writeFileSync(${JSON.stringify(join(project, "asked"))}, process.argv.slice(2).join(" "));` +
        `process.exit(Number(process.env.NPM_EXIT ?? 0));`,
    );
    return spawnSync(process.execPath, ["bin/run.js", "main.ts", ...args], {
      cwd: project,
      encoding: "utf8",
      env: { ...process.env, npm_execpath: npm },
    });
  };

  const asked = (): string => {
    const path = join(project, "asked");
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  };

  it("run TypeScript with the arguments that were given, and pass its exit code on", () => {
    installed({ "node_modules/a": { version: "1.0.0" } });
    const source =
      'const words: string[] = process.argv.slice(2); console.log(words.join("+")); process.exitCode = 7;';
    const { status, stdout } = run(source, "a", "--b");
    assert.deepEqual([status, stdout], [7, "a+--b\n"]);
    assert.equal(asked(), "", "nothing was missing");
  });

  it("install what is missing without install scripts, and say so", () => {
    const { stderr, stdout } = run("console.log(1)");
    assert.match(asked(), /^ci --ignore-scripts/);
    assert.match(stderr, /Installing packages .*npm ci --ignore-scripts/);
    assert.equal(stdout, "1\n");
  });

  it("install again when the lock file names another version, but not for other platforms", () => {
    installed({ "node_modules/a": { version: "1.0.0" } });
    lock({
      "node_modules/a": { version: "1.0.0" },
      "node_modules/for-windows": { version: "1.0.0", optional: true },
    });
    run("");
    assert.equal(asked(), "");
    lock({ "node_modules/a": { version: "1.0.1" } });
    run("");
    assert.match(asked(), /^ci/);
  });

  it("start nothing when the installation fails", () => {
    process.env["NPM_EXIT"] = "1";
    const { status, stdout } = run("console.log(1)");
    delete process.env["NPM_EXIT"];
    assert.deepEqual([status, stdout], [1, ""]);
  });

  it("leave no child behind, whatever ends them", async () => {
    installed({ "node_modules/a": { version: "1.0.0" } });
    const forever = join(project, "forever.ts");
    writeFileSync(
      forever,
      "const tick: number = 1000; setInterval(() => {}, tick); console.log(1);",
    );
    for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
      const child = spawn(process.execPath, [join(project, "bin/run.js"), forever], {
        cwd: project,
        stdio: ["ignore", "pipe", "ignore"],
      });
      await once(child.stdout, "data");
      child.kill(signal);
      await gone(project);
    }
  });
});

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
