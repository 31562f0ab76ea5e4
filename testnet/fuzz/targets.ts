/** What can be fuzzed, by name. */
export const targetNames = ["tx", "rpc", "websocket", "p2p", "wal", "genesis", "evidence"] as const;

export type TargetName = (typeof targetNames)[number];

export function targetModule(name: TargetName): URL {
  return new URL(`targets/${name}.ts`, import.meta.url);
}
