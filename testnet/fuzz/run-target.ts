/** Runs a target in a thread of its own, and stays awake where that does not end. */
import { mkdirSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { hexFromBytes } from "@pyralog/chain/base";
import { sha256 } from "@pyralog/chain/crypto";
import type { Failure, Report } from "./engine.ts";
import { Mirror, mirrorBytes } from "./mirror.ts";
import type { WorkerOrder } from "./worker.ts";

export interface TargetRun {
  readonly name: string;
  /** Whose `createTarget` makes it. */
  readonly module: URL;
  readonly corpus: readonly Uint8Array[];
  readonly seed: number;
  readonly seconds: number;
  readonly keep?: boolean;
}

export interface TargetReport extends Report {
  readonly kept: readonly Uint8Array[];
}

/** A single input that takes so long will not end. */
const hangMs = 5_000;
const lookEveryMs = 250;
const nothing = { executions: 0, blocks: 0, found: [], kept: [] };

export function runTarget(run: TargetRun): Promise<TargetReport> {
  const memory = new SharedArrayBuffer(mirrorBytes);
  const mirror = new Mirror(memory);
  const order: WorkerOrder = {
    module: run.module.href,
    corpus: run.corpus,
    seed: run.seed,
    seconds: run.seconds,
    keep: run.keep ?? false,
    mirror: memory,
  };
  const worker = new Worker(new URL("worker.ts", import.meta.url), { workerData: order });
  return new Promise((resolve, reject) => {
    let count = 0;
    let stillMs = performance.now();
    const watch = setInterval(() => {
      if (mirror.count !== count || !mirror.isBusy) {
        ({ count } = mirror);
        stillMs = performance.now();
      } else if (performance.now() - stillMs > hangMs) {
        const message = `it did not end within ${hangMs} ms`;
        end({ ...nothing, failure: { kind: "hangs", message, input: mirror.input } });
      }
    }, lookEveryMs);
    const end = (report: TargetReport): void => {
      clearInterval(watch);
      void worker.terminate();
      resolve(report);
    };
    worker.on("message", end);
    worker.on("error", (error) => {
      const message = error.stack ?? error.message;
      const input = mirror.input;
      if (mirror.count > 0) end({ ...nothing, failure: { kind: "throws", message, input } });
      else {
        clearInterval(watch);
        reject(error);
      }
    });
  });
}

/** Where the input lies from now on, and the command that runs it again. */
export function saveFailure(name: string, { input }: Failure): string {
  const directory = new URL("failures/", import.meta.url);
  mkdirSync(directory, { recursive: true });
  const path = new URL(`${name}-${hexFromBytes(sha256(input)).slice(0, 12)}.bin`, directory);
  writeFileSync(path, input);
  return `npm run fuzz -- ${name} --replay ${relative(process.cwd(), fileURLToPath(path))}`;
}
