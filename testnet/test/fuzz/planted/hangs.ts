import type { Target } from "../../../fuzz/target.ts";
import { guarded } from "./planted.ts";

export function createTarget(): Target {
  return guarded((input) => {
    while (input[2] === 0x72);
  });
}
