/** Does to a world, at random moments, what the options allow; and puts everything right again. */
import type { Prng } from "@pyralog/chain/base";
import {
  isCut,
  isOfLinks,
  pick,
  type CutKind,
  type FaultKind,
  type LinkKind,
  type SeedOptions,
} from "./options.ts";
import type { SimWorld } from "./ports/index.ts";
import type { SimNode } from "./sim-node.ts";

/** How long one fault lasts, in simulated milliseconds. */
const lastsMsMin = 500;
const lastsMsMax = 12_000;
const downMsMax = 8_000;
const skewMsMax = 3_600_000;

export class Faults {
  readonly #world: SimWorld;
  readonly #nodes: readonly SimNode[];
  readonly #options: SeedOptions;
  readonly #prng: Prng;
  readonly #counts = new Map<FaultKind, number>();

  constructor(parts: {
    readonly world: SimWorld;
    readonly nodes: readonly SimNode[];
    readonly options: SeedOptions;
    readonly prng: Prng;
  }) {
    this.#world = parts.world;
    this.#nodes = parts.nodes;
    this.#options = parts.options;
    this.#prng = parts.prng;
  }

  get counts(): ReadonlyMap<FaultKind, number> {
    return this.#counts;
  }

  /** One fault now, and the next one later, until the time is over. */
  begin(untilMs: number): void {
    const [first, ...rest] = this.#options.faults;
    if (first === undefined || this.#world.nowMs >= untilMs) return;
    const kind = pick(this.#prng, [first, ...rest]);
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    this.#world.trace.note(`fault ${kind}`);
    this.#cause(kind);
    const waitMs = 1 + this.#prng.below(2 * this.#options.faultEveryMs);
    this.#world.at(this.#world.nowMs + waitMs, () => this.begin(untilMs));
  }

  /** Every link, clock, disk and process is well again. */
  healAll(): void {
    const { network } = this.#world;
    Object.assign(network.rules, { lossPerMille: 0, repeatPerMille: 0, disorderPerMille: 0 });
    Object.assign(network.rules, { latencyMsMin: 1, latencyMsMax: 20 });
    for (const one of this.#nodes) {
      for (const other of this.#nodes) network.heal(one.name, other.name);
      this.#world.resume(one.name);
      this.#world.clock(one.name).skewMs = 0;
      Object.assign(this.#world.disk(one.name).faults, { failingSyncs: 0, failingWrites: 0 });
      if (one.isDown) one.boot();
    }
  }

  #cause(kind: FaultKind): void {
    if (isCut(kind)) this.#cut(kind);
    else if (isOfLinks(kind)) this.#spoil(kind);
    else if (kind !== "reboot") this.#hurt(kind, this.#anyNode());
    else for (const node of this.#nodes) this.#down(node, "power");
  }

  #hurt(kind: Exclude<FaultKind, CutKind | LinkKind | "reboot">, node: SimNode): void {
    switch (kind) {
      case "crash":
        this.#down(node, "kill");
        return;
      case "power":
        this.#down(node, "power");
        return;
      case "pause":
        this.#pause(node);
        return;
      case "disk":
        this.#failDisk(node);
        return;
      case "clock":
        this.#skew(node);
        return;
    }
  }

  #down(node: SimNode, how: "kill" | "power"): void {
    if (node.isDown) return;
    node.crash(how);
    this.#later(downMsMax, () => {
      if (node.isDown) node.boot();
    });
  }

  #pause(node: SimNode): void {
    this.#world.pause(node.name);
    this.#later(lastsMsMax, () => this.#world.resume(node.name));
  }

  /** The next sync or write fails: the node must stop at once, and comes back later. */
  #failDisk(node: SimNode): void {
    const { faults } = this.#world.disk(node.name);
    if (this.#prng.chance(1, 2)) faults.failingSyncs = 1;
    else faults.failingWrites = 1;
    this.#later(lastsMsMax, () => {
      Object.assign(faults, { failingSyncs: 0, failingWrites: 0 });
      if (node.isDown) node.boot();
    });
  }

  #skew(node: SimNode): void {
    const skew = this.#prng.below(2 * skewMsMax) - skewMsMax;
    this.#world.clock(node.name).skewMs = skew;
    this.#later(lastsMsMax, () => {
      this.#world.clock(node.name).skewMs = 0;
    });
  }

  #cut(kind: CutKind): void {
    const { network } = this.#world;
    const alone = this.#anyNode();
    const inside = this.#nodes.filter((node) =>
      kind === "isolate" ? node === alone : this.#prng.chance(1, 2),
    );
    const outside = this.#nodes.filter((node) => !inside.includes(node));
    const pairs = inside.flatMap((one) => outside.map((other) => [one.name, other.name] as const));
    for (const [one, other] of pairs) {
      network.cut(one, other);
      if (kind !== "one-way") network.cut(other, one);
    }
    this.#later(lastsMsMax, () => {
      for (const [one, other] of pairs) {
        network.heal(one, other);
        network.heal(other, one);
      }
    });
  }

  #spoil(kind: LinkKind): void {
    const { rules } = this.#world.network;
    const perMille = 1 + this.#prng.below(kind === "repeat" ? 300 : 200);
    if (kind === "delay") rules.latencyMsMax = 20 + this.#prng.below(1_500);
    if (kind === "loss") rules.lossPerMille = perMille;
    if (kind === "repeat") rules.repeatPerMille = perMille;
    if (kind === "disorder") rules.disorderPerMille = perMille;
    this.#later(lastsMsMax, () => {
      if (kind === "delay") rules.latencyMsMax = 20;
      if (kind === "loss") rules.lossPerMille = 0;
      if (kind === "repeat") rules.repeatPerMille = 0;
      if (kind === "disorder") rules.disorderPerMille = 0;
    });
  }

  #later(msMax: number, act: () => void): void {
    const waitMs = lastsMsMin + this.#prng.below(msMax - lastsMsMin);
    this.#world.at(this.#world.nowMs + waitMs, act);
  }

  #anyNode(): SimNode {
    const [first, ...rest] = this.#nodes;
    if (first === undefined) throw new RangeError("a world has nodes");
    return pick(this.#prng, [first, ...rest]);
  }
}
