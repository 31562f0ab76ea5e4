/**
 * A world of nodes on one thread: their clocks, disks, tables and network, all from one seed. A
 * node is whatever is started on the ports of a name; its disk and tables outlive it.
 */
import { assert, createPrng, type Prng } from "@pyralog/chain/base";
import type { Clock, Disk, Entropy, Log, ObservedWire, Table, Timers } from "@pyralog/node/ports";
import { EventQueue } from "./event-queue.ts";
import { SimDisk } from "./sim-disk.ts";
import type { Crash } from "./survivors.ts";
import { SimNetwork } from "./sim-network.ts";
import {
  createSimEntropy,
  createSimTimers,
  SimClock,
  SimProcess,
  type Trap,
} from "./sim-process.ts";
import { SimTable } from "./sim-table.ts";
import { Trace } from "./trace.ts";

/** What one run of a node is given. */
export interface SimPorts {
  readonly disk: Disk;
  table(name: string): Table;
  readonly wire: ObservedWire;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly entropy: Entropy;
  readonly log: Log;
}

/** What lasts of a node, whether it runs or not. */
interface Place {
  readonly disk: SimDisk;
  readonly tables: Map<string, SimTable>;
  readonly clock: SimClock;
  process: SimProcess | undefined;
}

export interface SimWorldOptions {
  readonly seed: number;
  /** The wall clock at the beginning, in nanoseconds since the Unix epoch. */
  readonly epochNs?: bigint;
  readonly keepsTrace?: boolean;
  readonly log?: (line: {
    readonly node: string;
    readonly atMs: number;
    readonly level: string;
    readonly message: string;
    readonly facts: Readonly<Record<string, unknown>>;
  }) => void;
}

/** 2026-01-01T00:00:00Z. */
const epochNsDefault = 1_767_225_600_000_000_000n;

export class SimWorld {
  readonly queue = new EventQueue();
  readonly trace: Trace;
  readonly network: SimNetwork;
  readonly prng: Prng;
  readonly #places = new Map<string, Place>();
  readonly #options: SimWorldOptions;

  constructor(options: SimWorldOptions) {
    this.#options = options;
    this.prng = createPrng(options.seed);
    this.trace = new Trace(options.keepsTrace);
    this.network = new SimNetwork(this.queue, this.prng.fork());
  }

  get nowMs(): number {
    return this.queue.nowMs;
  }

  /** A fresh run on what the last one left. The last one must have been crashed or stopped. */
  boot(name: string): SimPorts {
    const place = this.#placeOf(name);
    place.process?.die();
    const process = new SimProcess({ name, queue: this.queue, trace: this.trace });
    process.note("boot");
    place.process = process;
    const prng = this.prng.fork();
    return {
      disk: place.disk.mount(process),
      table: (table) => this.table(name, table).mount(process),
      wire: this.network.wire(process),
      clock: place.clock,
      timers: createSimTimers(process, place.clock),
      entropy: createSimEntropy(prng),
      log: this.#logOf(name),
    };
  }

  /**
   * Ends the run at this instant. `kill` keeps what was written, `power` only what was synced and,
   * by chance, some of the rest; what else is said is said of a power cut.
   */
  crash(name: string, how: Crash): void {
    const place = this.#placeOf(name);
    if (place.process?.isAlive !== true) return;
    place.process.note(`crash ${how}`);
    place.process.die();
    this.network.lose(name, { isSilent: how !== "kill" });
    for (const table of place.tables.values()) table.crash();
    if (how === "kill") place.disk.kill();
    else place.disk.cutPower(how === "power" ? undefined : how);
  }

  isRunning(name: string): boolean {
    return this.#places.get(name)?.process?.isAlive === true;
  }

  /** For the present run of the node, if it runs. */
  setTrap(name: string, trap: Trap): void {
    this.#placeOf(name).process?.setTrap(trap);
  }

  /** All tables that the node has ever opened. */
  tables(name: string): readonly SimTable[] {
    return [...this.#placeOf(name).tables.values()];
  }

  /** As SIGSTOP: everything that comes meanwhile is delivered at once on `resume`. */
  pause(name: string): void {
    const { process } = this.#placeOf(name);
    if (process === undefined) return;
    const turn = process.pause();
    this.network.hush(name, () => process.isPausedSince(turn));
  }

  resume(name: string): void {
    this.#placeOf(name).process?.resume();
  }

  disk(name: string): SimDisk {
    return this.#placeOf(name).disk;
  }

  table(name: string, table: string): SimTable {
    const { tables } = this.#placeOf(name);
    let found = tables.get(table);
    if (found === undefined) {
      found = new SimTable(`${name}/${table}`, this.prng.fork());
      tables.set(table, found);
    }
    return found;
  }

  clock(name: string): SimClock {
    return this.#placeOf(name).clock;
  }

  /** Runs until the time, or until `done` says so after some event. */
  run(untilMs: number, done?: () => boolean): Promise<void> {
    return this.queue.run(untilMs, done);
  }

  /** Does the work, and runs the world for as long as it takes. */
  async finish<Value>(work: () => Promise<Value>): Promise<Value> {
    let isDone = false;
    const result = work().finally(() => {
      isDone = true;
    });
    // The caller sees a rejection; here it must not count as unseen meanwhile.
    result.catch(() => undefined);
    await this.run(Infinity, () => isDone);
    assert(isDone, "work in a simulated world comes to an end");
    return result;
  }

  /** Something to happen at a time, whatever the nodes do. */
  at(atMs: number, run: () => void): void {
    this.queue.after(atMs - this.nowMs, run);
  }

  #placeOf(name: string): Place {
    let place = this.#places.get(name);
    if (place === undefined) {
      place = {
        disk: new SimDisk(this.prng.fork()),
        tables: new Map(),
        clock: new SimClock(this.queue, this.#options.epochNs ?? epochNsDefault),
        process: undefined,
      };
      this.#places.set(name, place);
    }
    return place;
  }

  #logOf(name: string): Log {
    return {
      write: (...[level, message, facts = {}]) => {
        this.#options.log?.({ node: name, atMs: this.nowMs, level, message, facts });
      },
    };
  }
}
