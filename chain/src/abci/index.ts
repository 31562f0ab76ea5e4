export type * from "./application.ts";
