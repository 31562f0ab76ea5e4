import { finish } from "@pyralog/chain/base";
import { StateLoader, stateTableRange, type VersionedState } from "@pyralog/chain/merkle";
import type { Table } from "#ports";

/** The application's committed state, rebuilt from its table. @throws StateError on damage. */
export async function loadState(
  table: Table,
  options: { readonly versionsMax: number },
): Promise<VersionedState> {
  const values = { get: (key: Uint8Array) => table.getSync(key) };
  const loader = new StateLoader({ ...options, values });
  for await (const [key, value] of table.scan(stateTableRange)) loader.add(key, value);
  const loaded = finish(loader.finish());
  if (loaded.kind === "refused") throw loaded.error;
  return loaded.value;
}
