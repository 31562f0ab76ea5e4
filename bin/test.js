/**
 * `npm test`: installs what is missing, then runs every check and every test that needs no
 * optional program. The closing line counts both.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./install.js";
import { nodeBinary } from "./launch.js";

const root = new URL("../", import.meta.url);

/** @type {readonly (readonly [name: string, ...args: string[]])[]} */
const checks = [
  ["typescript/tsc", "-p", "."],
  ["oxlint/oxlint", "--type-aware", "--deny-warnings", "."],
  ["prettier/prettier", "--check", "--log-level", "warn", "."],
  ["knip/knip"],
];
/** Everything but what is held against an optional program: `npm run judge`. */
const specs = ["*/test/**/*.test.ts", ".ci/**/*.test.ts", "--ignore", "testnet/test/judge/**"];
const countPattern = /^tests: (\d+) passed, (\d+) failed, (\d+) skipped$/;

/** @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set();
let stopped = false;
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
  process.on(signal, () => {
    stopped = true;
    for (const child of children) child.kill(signal);
  });
}

const [, , ...given] = process.argv;
if (install({ dev: true })) process.exitCode = await runAll(given.length > 0 ? given : specs);
else process.exitCode = 1;

/** @param {readonly string[]} args handed to mocha: which tests, and how */
async function runAll(args) {
  const node = nodeBinary() ?? process.execPath;
  /** @type {(readonly number[])[]} */
  const counts = [];
  for (const [name, ...rest] of checks) {
    if (stopped) return 130;
    process.stdout.write(`check: ${name.replace(/^.*\//, "")}\n`);
    const { code } = await run(node, [binary(name), ...rest]);
    counts.push(code === 0 ? [1, 0, 0] : [0, 1, 0]);
  }
  if (stopped) return 130;
  const mocha = await run(node, [binary("mocha/mocha"), ...(args.length > 0 ? args : specs)]);
  const [, ...counted] = (countPattern.exec(mocha.lastLine) ?? ["", 0, 1, 0]).map(Number);
  return summary([...counts, counted]) === 0 && mocha.code === 0 ? 0 : 1;
}

/**
 * Prints the closing line.
 * @param {readonly (readonly number[])[]} counts passed, failed, skipped
 * @returns {number} how many failed
 */
function summary(counts) {
  const [passed = 0, failed = 0, skipped = 0] = [0, 1, 2].map((column) =>
    counts.reduce((sum, row) => sum + (row[column] ?? 0), 0),
  );
  process.stdout.write(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return failed;
}

/**
 * Passes on what the program prints, but for a counting line.
 * @param {string} node
 * @param {readonly string[]} args
 * @returns {Promise<{ code: number, lastLine: string }>}
 */
function run(node, args) {
  const child = spawn(node, args, {
    cwd: fileURLToPath(root),
    env: environment(node),
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  let lastLine = "";
  let rest = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (/** @type {string} */ text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.trim() !== "") lastLine = line;
      if (!countPattern.test(line)) process.stdout.write(`${line}\n`);
    }
  });
  return new Promise((resolve) => {
    child.on("close", (code) => {
      children.delete(child);
      if (rest !== "") process.stdout.write(`${rest}\n`);
      resolve({ code: code ?? 1, lastLine });
    });
  });
}

/** @param {string} node */
function environment(node) {
  const bins = fileURLToPath(new URL("node_modules/.bin", root));
  const path = [dirname(node), bins, process.env["PATH"] ?? ""].join(delimiter);
  const colour = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  return { ...process.env, ...colour, PATH: path };
}

/** @param {string} name package and program, as `typescript/tsc` */
function binary(name) {
  const [package_ = "", program = ""] = name.split("/");
  const manifest = new URL(`node_modules/${package_}/package.json`, root);
  const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
  return fileURLToPath(new URL(typeof bin === "string" ? bin : bin[program], manifest));
}
