import { concatBytes } from "@pyralog/chain/base";

/** An input for a target of several doors: its first byte says which. */
export function atDoor(door: number, bytes: Uint8Array = new Uint8Array(0)): Uint8Array {
  return concatBytes([Uint8Array.of(door), bytes]);
}
