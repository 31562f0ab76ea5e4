/** A hundred simulated hours over more than five hundred seeds, on as many processes as cores. */
import { fork, type ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Tally, type SeedReport } from "#simulator";
import type { SoakOptions, SoakReport } from "./soak.ts";

const seedsMin = 500;
const hoursMin = 100;
const processesMax = 2;
const sayEveryMs = 30_000;
const worker = fileURLToPath(new URL("soak-sim-worker.ts", import.meta.url));

export async function soakSimulator({ seed, say }: SoakOptions): Promise<SoakReport> {
  const soak = new SimulatorSoak(seed, say);
  const count = Math.min(processesMax, availableParallelism());
  await Promise.all(Array.from({ length: count }, () => soak.runWorker()));
  const { tally } = soak;
  for (const line of tally.lines) say(line);
  return {
    seeds: `${seed}–${soak.next - 1}`,
    counts: `${tally.counts}, ${soak.minutes.toFixed(1)} min, trace ${tally.trace.slice(0, 16)}`,
    failures: [...soak.failures, ...tally.shortcomings],
  };
}

class SimulatorSoak {
  readonly tally = new Tally();
  readonly failures: string[] = [];
  readonly #say: (line: string) => void;
  readonly #startedMs = performance.now();
  #saidMs = performance.now();
  next: number;
  readonly #first: number;

  constructor(seed: number, say: (line: string) => void) {
    this.#first = seed;
    this.next = seed;
    this.#say = say;
  }

  get minutes(): number {
    return (performance.now() - this.#startedMs) / 60_000;
  }

  /** One process after seed and seed, until there is enough. */
  runWorker(): Promise<void> {
    const child = fork(worker, { stdio: "inherit" });
    return new Promise((resolve, reject) => {
      child.on("message", (report: SeedReport) => {
        this.#take(report);
        this.#handOut(child);
      });
      child.on("error", reject);
      child.on("exit", (...[code, signal]) => {
        // The guard ends a process whose parent has let it go.
        if (this.#isEnough && (code === 0 || signal === "SIGTERM")) resolve();
        else reject(new Error(`a simulating process ended early, with ${code ?? signal}`));
      });
      this.#handOut(child);
    });
  }

  #handOut(child: ChildProcess): void {
    if (this.#isEnough) child.disconnect();
    else child.send({ seed: this.next++ });
  }

  /** Seeds under way count as run, or every process would add one too many. */
  get #isEnough(): boolean {
    return this.next - this.#first >= seedsMin && this.tally.hours >= hoursMin;
  }

  #take(report: SeedReport): void {
    this.tally.add(report);
    if (report.failure !== "") {
      this.#say(report.failure);
      this.failures.push(`seed ${report.seed} broken`);
    }
    if (performance.now() - this.#saidMs < sayEveryMs) return;
    this.#saidMs = performance.now();
    const { seeds, hours, violations } = this.tally;
    const minutes = this.minutes.toFixed(1);
    this.#say(`${seeds} seeds, ${hours.toFixed(1)} h in ${minutes} min, ${violations} violations`);
  }
}
