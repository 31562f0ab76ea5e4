/** Does to a world, at random moments, what the options allow; and puts everything right again. */
import type { Prng } from "@pyralog/chain/base";
import type { SeedOptions } from "../options.ts";
import type { SimWorld } from "../ports/index.ts";
import type { SimNode } from "../sim-node.ts";
import { faultOf, type FaultKind } from "./fault-table.ts";
import { pick, type Stage } from "./fault.ts";
import { Stress } from "./stress.ts";

const lastsMsMin = 500;

export class Faults {
  readonly #stage: Stage;
  readonly #options: SeedOptions;
  readonly #counts = new Map<FaultKind, number>();
  /** What ends each fault that is under way. */
  readonly #endings = new Set<() => void>();
  #begun = 0;
  #calmSinceMs: number | undefined = 0;
  #calmMs = 0;

  constructor(parts: {
    readonly world: SimWorld;
    readonly nodes: readonly SimNode[];
    readonly frail: readonly SimNode[];
    readonly untrusted: readonly SimNode[];
    readonly options: SeedOptions;
    readonly prng: Prng;
    readonly submit: (tx: Uint8Array) => void;
  }) {
    const { options, ...rest } = parts;
    this.#options = options;
    this.#stage = { ...rest, stress: new Stress(parts.world.network.rules) };
  }

  get counts(): ReadonlyMap<FaultKind, number> {
    return this.#counts;
  }

  /** Faults whose turn came. */
  get begun(): number {
    return this.#begun;
  }

  /** Nothing is wrong at present that a fault did. */
  get isCalm(): boolean {
    return this.#calmSinceMs !== undefined;
  }

  /** How long that was so, all in all. */
  get calmMs(): number {
    const since = this.#calmSinceMs;
    return this.#calmMs + (since === undefined ? 0 : this.#stage.world.nowMs - since);
  }

  /** One fault now, and the next one later, until the time is over. */
  begin(untilMs: number): void {
    const { world, prng } = this.#stage;
    const kind = pick(prng, this.#options.faults);
    if (kind === undefined || world.nowMs >= untilMs) return;
    this.#cause(kind);
    const waitMs = 1 + prng.below(2 * this.#options.faultEveryMs);
    world.at(world.nowMs + waitMs, () => this.begin(untilMs));
  }

  /** Every link, clock, disk and process is well again. */
  healAll(): void {
    const { world, nodes } = this.#stage;
    for (const end of this.#endings) end();
    world.network.healAll();
    for (const node of nodes) {
      world.resume(node.name);
      world.clock(node.name).correct();
      world.disk(node.name).repair();
      for (const table of world.tables(node.name)) table.repair();
      if (node.isDown) node.boot();
    }
  }

  #cause(kind: FaultKind): void {
    const { world, prng } = this.#stage;
    const { without, withoutKinds } = this.#options;
    const fault = faultOf(kind);
    const number = this.#begun++;
    const lastsMs = lastsMsMin + prng.below(1 + prng.below(fault.lastsMsMax));
    // Each draws from its own, so that the others stay as they are where one is left out.
    const own = prng.fork();
    if (without.includes(number) || withoutKinds.includes(kind)) return;
    const ending = fault.begin({ ...this.#stage, prng: own });
    if (ending === undefined) return;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    world.trace.note(`fault ${kind}`);
    this.#disturb();
    const end = (): void => {
      if (!this.#endings.delete(end)) return;
      world.trace.note(`end ${kind}`);
      ending();
      this.#calm();
    };
    this.#endings.add(end);
    world.at(world.nowMs + lastsMs, end);
  }

  #disturb(): void {
    if (this.#calmSinceMs === undefined) return;
    this.#calmMs += this.#stage.world.nowMs - this.#calmSinceMs;
    this.#calmSinceMs = undefined;
  }

  #calm(): void {
    if (this.#endings.size === 0) this.#calmSinceMs = this.#stage.world.nowMs;
  }
}
