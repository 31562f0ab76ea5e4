/**
 * `pyralogd <verb>`: what each verb does once its arguments are read. `start` is the wiring of the
 * whole node; the others read the home or ask a running node. Every verb is loaded when it is
 * called, so that the small ones stay fast.
 */
import type { InitOptions } from "./init.ts";
import type { StartOptions } from "./start.ts";
import type { StatusOptions } from "./status.ts";

export type { InitOptions, StartOptions, StatusOptions };

export async function start(options: StartOptions): Promise<void> {
  const verb = await import("./start.ts");
  return verb.start(options);
}

export async function init(options: InitOptions): Promise<string> {
  const verb = await import("./init.ts");
  return verb.init(options);
}

export async function status(options: StatusOptions): Promise<string> {
  const verb = await import("./status.ts");
  return verb.status(options);
}

export async function showNodeId(home: string): Promise<string> {
  const verb = await import("./show-node-id.ts");
  return verb.showNodeId(home);
}

export async function showValidator(home: string): Promise<string> {
  const verb = await import("./show-validator.ts");
  return verb.showValidator(home);
}

export async function validateConfig(home: string): Promise<string> {
  const verb = await import("./config-validate.ts");
  return verb.validateConfig(home);
}
