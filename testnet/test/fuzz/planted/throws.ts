import type { Target } from "../../../fuzz/target.ts";
import { guarded } from "./planted.ts";

export function createTarget(): Target {
  return guarded(() => {
    throw new Error("a planted fault");
  });
}
