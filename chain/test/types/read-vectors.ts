import { readdirSync, readFileSync } from "node:fs";
import { JsonNode } from "@pyralog/chain/types";

const root = new URL("../../../testnet/vectors/", import.meta.url);

/** A file of published vectors, to be read member by member. */
export function readVectors(path: string): JsonNode {
  const value: unknown = JSON.parse(readFileSync(new URL(path, root), "utf8"));
  return new JsonNode(value);
}

export function listVectors(directory: string): readonly string[] {
  return readdirSync(new URL(directory, root)).toSorted();
}

/** Every value named so, at any depth. */
export function* membersNamed(name: string, value: unknown): Generator<unknown> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inside] of Object.entries(value)) {
    if (key === name) yield inside;
    yield* membersNamed(name, inside);
  }
}
