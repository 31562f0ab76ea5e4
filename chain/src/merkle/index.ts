export type * from "./committed-state.ts";
