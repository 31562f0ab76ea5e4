/**
 * Style as a test: the layer order, the purity of pure folders and the line width of every source
 * file. It reads imports with one regular expression, so it needs no compiler API and takes
 * milliseconds.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, it } from "mocha";
import { layers, never, portsOnly, pure, strangers } from "./layers.ts";

const columnsMax = 100;
const scope = "@pyralog/";
const importPattern = /(?:\bfrom\s+|\bimport\s*\(?\s*)"(?<target>[^"]+)"/g;
const worldPatterns: readonly RegExp[] = [
  /\b(?:Date\.now|new Date\(|Math\.random|setTimeout|setInterval|setImmediate|performance\.now)\b/,
  /"node:(?:fs|net|http|dgram|child_process|timers|worker_threads|os)/,
];
const impurePatterns: readonly RegExp[] = [/\b(?:async|await)\b/, ...worldPatterns];

function* untidy(path: string, text: string): Generator<string> {
  const code = withoutComments(text);
  const from = moduleOf(path);
  if (layerOf(from) < 0) yield `${path}: ${from} has no place in .ci/layers.ts`;
  for (const match of code.matchAll(importPattern)) {
    const to = targetOf(path, match.groups?.["target"] ?? "");
    if (to === undefined || mayImport(from, to)) continue;
    yield `${path}: ${from} must not import ${to}`;
  }
  yield* impurities(path, code);
  for (const [index, line] of text.split("\n").entries()) {
    if (line.length > columnsMax) yield `${path}:${index + 1}: over ${columnsMax} columns`;
  }
}

function* impurities(path: string, code: string): Generator<string> {
  if (isPortsOnly(path) && worldPatterns.some((pattern) => pattern.test(code))) {
    yield `${path}: touches the world past its ports`;
  }
  if (isPure(path) && impurePatterns.some((pattern) => pattern.test(code))) yield `${path}: impure`;
}

function targetOf(path: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return moduleOf(normalize(join(dirname(path), specifier)));
  if (specifier.startsWith("#")) return `${path.split("/")[0]}/${specifier.slice(1).split("/")[0]}`;
  if (specifier.startsWith(scope)) return specifier.slice(scope.length);
  return undefined;
}

/** `chain/src/consensus/round.ts` → `chain/consensus`. */
function moduleOf(path: string): string {
  return path.replace(/^([\w-]+)\/src\/([\w.-]+).*$/, "$1/$2");
}

function layerOf(module: string): number {
  return layers.findIndex((row) => row.includes(module));
}

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  const refused = never.some(([one, other]) => from.startsWith(one) && to.startsWith(other));
  return !refused && layerOf(to) < layerOf(from) && !areStrangers(from, to);
}

function areStrangers(a: string, b: string): boolean {
  return strangers.some(
    ([one, other]) =>
      (a.startsWith(one) && b.startsWith(other)) || (a.startsWith(other) && b.startsWith(one)),
  );
}

function isPure(path: string): boolean {
  return pure.some((prefix) => path.startsWith(prefix));
}

function isPortsOnly(path: string): boolean {
  return portsOnly.some((prefix) => path.startsWith(prefix));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}

describe("tidy", () => {
  it("keeps every source file inside its layer", () => {
    const paths = globSync("*/src/**/*.ts");
    assert.notEqual(paths.length, 0);
    const found = paths.flatMap((path) => [...untidy(path, readFileSync(path, "utf8"))]);
    assert.deepEqual(found, []);
  });

  it("refuses an import of a higher layer", () => {
    const found = [...untidy("chain/src/base/odd.ts", 'import "@pyralog/chain/consensus";')];
    assert.deepEqual(found, ["chain/src/base/odd.ts: chain/base must not import chain/consensus"]);
  });

  it("refuses an import between strangers, downwards too", () => {
    const found = [...untidy("wallet-cli/src/main.ts", 'import "@pyralog/node/drivers";')];
    assert.deepEqual(found, [
      "wallet-cli/src/main.ts: wallet-cli/main.ts must not import node/drivers",
    ]);
  });

  it("refuses a clock or a wait in a pure folder", () => {
    for (const text of ["export const now = Date.now();", "export async function late() {}"]) {
      assert.deepEqual(
        [...untidy("chain/src/base/odd.ts", text)],
        ["chain/src/base/odd.ts: impure"],
      );
    }
  });
});
