import type { Target } from "../../../fuzz/target.ts";
import { guarded } from "./planted.ts";

export function createTarget(): Target {
  return guarded(() => {
    const end = performance.now() + 150;
    while (performance.now() < end);
  });
}
