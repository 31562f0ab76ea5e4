/**
 * One height under one schedule: for each stage, who can hear whom; across sides nothing passes. In
 * the end all are together again, and whoever lacks something gets it.
 */
import { assert } from "@pyralog/chain/base";
import type { Gain } from "@pyralog/chain/consensus";
import { Instance, type InstanceKey, type TwinsWorld } from "./instance.ts";

/**
 * One side as a set of bits by instance, for each stage: propose, prevote and precommit of round 0,
 * propose of round 1, and so on. Everybody else is the other side.
 */
export type Schedule = readonly number[];

/**
 * What happens within a side: with `gossip` everybody has what anybody there has, of any time; with
 * `loss` one hears what is said there and then, and of what was missed nothing comes again.
 */
export type Hearing = "gossip" | "loss";

export interface Outcome {
  readonly instances: readonly Instance[];
  /** Stages of the schedule after which all had decided; all of them where they had not. */
  readonly stagesUsed: number;
  /** Whether all decided, at the latest once they were together. */
  readonly isDecided: boolean;
}

interface Said {
  readonly gain: Gain;
  /** The first stage in which it is heard. */
  readonly stage: number;
  /** The bit of who says it. */
  readonly by: number;
  /** Who has it. */
  known: number;
}

const steps = ["propose", "prevote", "precommit"] as const;
/** Rounds in which the others' turns come, whoever is faulty. */
const roundsTogether = 8;

export function runSchedule(
  world: TwinsWorld,
  options: {
    readonly keys: readonly InstanceKey[];
    readonly schedule: Schedule;
    readonly hearing: Hearing;
  },
): Outcome {
  const { keys, schedule, hearing } = options;
  const run = new ScheduleRun(world, keys);
  run.hearing = hearing;
  for (const [stage, side] of schedule.entries()) {
    run.stage(stage, side);
    if (run.isDecided) return run.outcome(stage + 1);
  }
  run.hearing = "gossip";
  const end = schedule.length + roundsTogether * steps.length;
  for (let stage = schedule.length; stage < end && !run.isDecided; stage++) {
    run.stage(stage, run.everybody);
  }
  return run.outcome(schedule.length);
}

class ScheduleRun {
  readonly #instances: readonly Instance[];
  readonly #said: Said[] = [];
  readonly everybody: number;
  hearing: Hearing = "gossip";
  #stage = 0;

  constructor(world: TwinsWorld, keys: readonly InstanceKey[]) {
    this.#instances = keys.map((key) => new Instance(world, key));
    this.everybody = (1 << keys.length) - 1;
    for (const index of this.#instances.keys()) this.#collect(index);
  }

  get isDecided(): boolean {
    return this.#instances.every(({ decided }) => decided !== undefined);
  }

  outcome(stagesUsed: number): Outcome {
    return { instances: this.#instances, stagesUsed, isDecided: this.isDecided };
  }

  /** What is said in this stage and before is heard, then the timeouts of the step pass. */
  stage(stage: number, side: number): void {
    const sides = [side, this.everybody & ~side];
    this.#stage = stage;
    const step = steps[stage % steps.length];
    assert(step !== undefined, "a stage is a step of a round");
    this.#deliver(sides);
    for (const [index, instance] of this.#instances.entries()) {
      if (instance.fire(step, Math.floor(stage / steps.length))) this.#collect(index);
    }
    this.#deliver(sides);
  }

  #collect(index: number): void {
    const instance = this.#instances[index];
    for (const gain of instance?.takeSaid() ?? []) {
      const by = 1 << index;
      this.#said.push({ gain, stage: Math.max(stageOf(gain), this.#stage), by, known: by });
    }
  }

  /** Again and again, as gossip does: what nobody wanted at first may be wanted in the end. */
  #deliver(sides: readonly number[]): void {
    while (this.#deliverOnce(sides));
  }

  /** What is said meanwhile comes behind, and is heard in the same turn. */
  #deliverOnce(sides: readonly number[]): boolean {
    let isNews = false;
    for (let place = 0; place < this.#said.length; place++) {
      const said = this.#said[place];
      if (said === undefined || said.known === this.everybody || !this.#isHeard(said)) continue;
      const sources = this.hearing === "gossip" ? said.known : said.by;
      for (const side of sides) {
        if ((sources & side) !== 0 && this.#tell(said, side & ~said.known)) isNews = true;
      }
    }
    return isNews;
  }

  #isHeard({ stage }: Said): boolean {
    return this.hearing === "gossip" ? stage <= this.#stage : stage === this.#stage;
  }

  #tell(said: Said, lacking: number): boolean {
    const before = said.known;
    for (const [index, instance] of this.#instances.entries()) {
      const bit = 1 << index;
      if ((lacking & bit) === 0) continue;
      if (instance.hear(said.gain)) said.known |= bit;
      this.#collect(index);
    }
    return said.known !== before;
  }
}

/** The first stage in which it can be said. */
function stageOf(gain: Gain): number {
  switch (gain.kind) {
    case "proposal":
      return steps.length * gain.proposal.round;
    case "part":
      return steps.length * gain.round;
    case "vote":
      return steps.length * gain.vote.round + steps.indexOf(gain.vote.type);
  }
}
