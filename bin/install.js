/** Installs what `package-lock.json` names and `node_modules` lacks. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);

/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, dev?: boolean,
 *   devOptional?: boolean, peer?: boolean }} Locked
 */

/**
 * Runs `npm ci --ignore-scripts` when something is missing, and says so on standard error.
 * @param {{ dev: boolean }} options whether development packages are needed too
 * @returns {boolean} whether all is there
 */
export function install({ dev }) {
  const missing = firstMissing({ dev });
  if (missing === undefined) return true;
  process.stderr.write(
    `Installing packages as package-lock.json names them (${missing} is missing or differs): ` +
      `npm ci --ignore-scripts\n`,
  );
  const npm = process.env["npm_execpath"];
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const options = {
    cwd: fileURLToPath(root),
    stdio: /** @type {["ignore", 2, 2]} */ (["ignore", 2, 2]),
  };
  const done =
    npm === undefined
      ? spawnSync("npm", args, { ...options, shell: process.platform === "win32" })
      : spawnSync(process.execPath, [npm, ...args], options);
  if (done.status === 0) return true;
  process.stderr.write("npm ci failed: read its messages above, then try again.\n");
  return false;
}

/**
 * @param {{ dev: boolean }} options
 * @returns {string | undefined} the first package that is not installed as it is locked
 */
function firstMissing({ dev }) {
  const installedPath = new URL("node_modules/.package-lock.json", root);
  if (!existsSync(installedPath)) return "node_modules";
  const locked = packagesOf(new URL("package-lock.json", root));
  const installed = packagesOf(installedPath);
  for (const [path, entry] of Object.entries(locked)) {
    if (!path.startsWith("node_modules/")) continue;
    const there = installed[path];
    if (there === undefined ? isNeeded(entry, dev) : there.version !== entry.version) return path;
  }
  return undefined;
}

/**
 * What is optional may be for another platform.
 * @param {Locked} entry
 * @param {boolean} dev
 */
function isNeeded(entry, dev) {
  if (entry.optional === true || entry.devOptional === true || entry.peer === true) return false;
  return dev || entry.dev !== true;
}

/**
 * @param {URL} path
 * @returns {Readonly<Record<string, Locked>>}
 */
function packagesOf(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages;
}
