import { ConfigError, homePaths, loadNodeKey, requireNodeHome } from "#config";

/** The peer id that other nodes write before the `@` of `persistent_peers`. */
export function showNodeId(home: string): string {
  requireNodeHome(home);
  const key = loadNodeKey(homePaths(home).nodeKey);
  if (key.kind === "refused") throw new ConfigError([key.error]);
  return key.value.peerId;
}
