import { violation } from "./violation.ts";

/** One validator's two votes at one height, round and type: told so, however written. */
export interface Misbehavior {
  readonly voter: string;
  readonly height: bigint;
  readonly round: number;
  readonly type: "prevote" | "precommit";
}

interface Sighting {
  readonly node: string;
  readonly misbehavior: Misbehavior;
  /** What the node was deciding when it saw it: the evidence is formed with that height. */
  readonly during: bigint;
  /** Since when a proposer can know of it; nothing while it is not formed, or faults go on. */
  since: bigint | undefined;
  /** Heights of honest proposers that have come and gone without it. */
  missed: number;
}

/** Of one validator a pool holds so many pieces at once; what is beyond may be forgotten. */
const pendingOfOneMax = 32;
const heightsMax = 2;

/**
 * E: an equivocation that an honest node has seen is committed as evidence, exactly once, within
 * two heights of honest proposers after the network is well; and nobody honest is accused.
 */
export class Punishment {
  readonly #liars: ReadonlySet<string>;
  readonly #committed = new Map<string, bigint>();
  #sightings: Sighting[] = [];
  #isHealed = false;
  #height = 0n;

  /** `liars` may be accused, by the addresses that sightings and blocks name. */
  constructor(liars: ReadonlySet<string>) {
    this.#liars = liars;
  }

  /** Pieces of evidence in blocks. */
  get committed(): number {
    return this.#committed.size;
  }

  /** @throws Violation where an honest validator is the one that was seen. */
  seen(sighting: {
    readonly node: string;
    readonly misbehavior: Misbehavior;
    readonly during: bigint;
  }): void {
    const { misbehavior, node } = sighting;
    this.#assertLiar(misbehavior);
    if (this.#committed.has(keyOf(misbehavior))) return;
    const waiting = this.#sightings.filter(
      (other) => other.node === node && other.misbehavior.voter === misbehavior.voter,
    );
    if (waiting.length >= pendingOfOneMax) return;
    this.#sightings.push({ ...sighting, since: undefined, missed: 0 });
  }

  /** What a node saw is durable with the height during which it saw it, and not before. */
  restarted(node: string): void {
    this.#sightings = this.#sightings.filter(
      (sighting) => sighting.node !== node || sighting.since !== undefined,
    );
  }

  /** The node's disk is gone, and with it what it saw. */
  forgotten(node: string): void {
    this.#sightings = this.#sightings.filter((sighting) => sighting.node !== node);
  }

  /** No fault is left, and none comes before `disturbed`. */
  healed(): void {
    this.#isHealed = true;
    for (const sighting of this.#sightings) {
      sighting.missed = 0;
      if (sighting.since !== undefined) sighting.since = this.#height;
    }
  }

  /** Faults come again: nothing has to be done soon. */
  disturbed(): void {
    this.#isHealed = false;
  }

  /**
   * A node has decided a block; the first to do so counts for all.
   * @throws Violation for evidence that comes twice, accuses the honest, or does not come.
   */
  decided(decision: {
    readonly node: string;
    readonly height: bigint;
    readonly proposer: string;
    readonly evidence: readonly Misbehavior[];
  }): void {
    const { node, height } = decision;
    if (height > this.#height) {
      this.#height = height;
      this.#note(decision);
      this.#count(decision);
    }
    for (const sighting of this.#sightings) {
      if (sighting.node === node && sighting.during <= height) sighting.since ??= this.#height;
    }
  }

  #note({
    height,
    evidence,
  }: {
    readonly height: bigint;
    readonly evidence: readonly Misbehavior[];
  }): void {
    for (const misbehavior of evidence) {
      this.#assertLiar(misbehavior);
      const key = keyOf(misbehavior);
      const before = this.#committed.get(key);
      if (before !== undefined) throw violation("EVIDENCE_TWICE", { height, before, key });
      this.#committed.set(key, height);
    }
    this.#sightings = this.#sightings.filter(
      ({ misbehavior }) => !this.#committed.has(keyOf(misbehavior)),
    );
  }

  #count({ height, proposer }: { readonly height: bigint; readonly proposer: string }): void {
    if (!this.#isHealed || this.#liars.has(proposer)) return;
    for (const sighting of this.#sightings) {
      const { since, node, misbehavior } = sighting;
      if (since === undefined || height <= since) continue;
      sighting.missed++;
      if (sighting.missed < heightsMax) continue;
      throw violation("EVIDENCE_LOST", { height, node, since, key: keyOf(misbehavior) });
    }
  }

  #assertLiar(misbehavior: Misbehavior): void {
    if (this.#liars.has(misbehavior.voter)) return;
    throw violation("HONEST_ACCUSED", { key: keyOf(misbehavior) });
  }
}

function keyOf({ voter, height, round, type }: Misbehavior): string {
  return `${voter} ${type} ${height}/${round}`;
}
