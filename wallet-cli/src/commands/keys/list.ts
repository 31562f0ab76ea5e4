import { tableFromRows } from "#render";
import type { Context } from "../context.ts";

/** All keys of the home, without asking a node or for a password. */
export function listKeys(context: Context): void {
  const { keystore, output, prefix } = context;
  const keys = keystore
    .list()
    .map(({ name, address, dev }) => ({ name, ...context.spelled(address, prefix), dev }));
  const rows = keys.map(({ name, address, hex, dev }) => [
    name,
    address,
    hex,
    dev ? "dev only" : "",
  ]);
  output.answer({
    json: { keys },
    text:
      keys.length === 0
        ? "There is no key yet; make one with `pyralog keys new NAME`."
        : tableFromRows(["name", "address", "hex", ""], rows),
  });
}
