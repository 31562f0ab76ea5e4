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
export function membersNamed(name: string, value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => [
    ...(key === name ? [inside] : []),
    ...membersNamed(name, inside),
  ]);
}
