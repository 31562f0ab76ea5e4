import type { Target } from "../../../fuzz/target.ts";
import { guarded } from "./planted.ts";

export function createTarget(): Target {
  const kept: Uint8Array[] = [];
  return guarded(() => {
    kept.push(new Uint8Array(16 * 1024 * 1024).fill(kept.length));
  });
}
