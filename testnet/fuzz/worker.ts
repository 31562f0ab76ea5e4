/** The thread in which a target runs: it may hang, and somebody has to outlive it. */
import { parentPort, workerData } from "node:worker_threads";
import { fuzz } from "./engine.ts";
import { keepSmallest } from "./keep-smallest.ts";
import { Mirror } from "./mirror.ts";
import type { TargetModule } from "./target.ts";

export interface WorkerOrder {
  readonly module: string;
  readonly corpus: readonly Uint8Array[];
  readonly seed: number;
  readonly seconds: number;
  /** Whether the corpus is to be made as small as it can be. */
  readonly keep: boolean;
  readonly mirror: SharedArrayBuffer;
}

const order: WorkerOrder = workerData;
const { module, corpus, seed, seconds, keep, mirror } = order;
const { createTarget }: TargetModule = await import(module);
const target = await createTarget();
const shown = new Mirror(mirror);
const own = new URL(".", import.meta.url).href;

function isOurs(url: string): boolean {
  if (!url.startsWith("file:") || url.includes("/node_modules/")) return false;
  return !url.startsWith(own);
}

const before = (input: Uint8Array): void => shown.show(input);
const report = await fuzz({ target, corpus, seed, seconds, isOurs, before });
shown.done();
const inputs = [...target.seeds, ...corpus, ...report.found];
const kept = keep ? await keepSmallest(inputs, { target, isOurs }) : [];
parentPort?.postMessage({ ...report, kept });
