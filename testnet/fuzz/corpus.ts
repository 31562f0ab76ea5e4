/** The inputs that are worth keeping: one file a target, one input a line, in base64. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { base64FromBytes, bytesFromBase64 } from "@pyralog/chain/base";

function pathOf(target: string): URL {
  return new URL(`corpus/${target}.txt`, import.meta.url);
}

export function loadCorpus(target: string): readonly Uint8Array[] {
  const path = pathOf(target);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map(bytesFromBase64);
}

export function saveCorpus(target: string, inputs: readonly Uint8Array[]): void {
  const lines = inputs.map((input) => `${base64FromBytes(input)}\n`);
  writeFileSync(pathOf(target), lines.join(""));
}
