/** N6, N7: links that carry nothing, all the time or now and then. */
import { between, pick, some, type Fault, type Stage } from "./fault.ts";

type Way = readonly [from: string, to: string];

const lastsMsMax = 12_000;
const flapMsMin = 50;
const flapMsMax = 500;

export const partitionFaults = {
  /** Any two halves. */
  "N6-partition": cutting((stage) => {
    const inside = some(stage.prng, namesOf(stage));
    return bothWays(stage, (one, other) => inside.includes(one) !== inside.includes(other));
  }),
  /** What the one half says the other does not hear. */
  "N6-one-way": cutting((stage) => {
    const inside = some(stage.prng, namesOf(stage));
    return waysBetween(stage, (from, to) => inside.includes(from) && !inside.includes(to));
  }),
  "N6-isolate": cutting((stage) => isolating(stage, pick(stage.prng, namesOf(stage)))),
  /** Whose turn it is, as somebody knows who runs. */
  "N6-proposer": cutting((stage) => {
    const state = pick(stage.prng, stage.nodes)?.node?.consensus.roundState;
    const proposer = stage.nodes.find((node) => state !== undefined && node.is(state.proposer));
    return isolating(stage, proposer?.name);
  }),
  /** Each has two neighbours left. */
  "N6-ring": cutting((stage) => {
    const places = shuffled(stage);
    return bothWays(stage, (one, other) => {
      const apart = Math.abs(places.indexOf(one) - places.indexOf(other));
      return apart !== 1 && apart !== places.length - 1;
    });
  }),
  /** Two halves, and one node that both still reach. */
  "N6-bridge": cutting((stage) => {
    const [bridge = "", ...rest] = shuffled(stage);
    const inside = new Set(rest.slice(0, rest.length >> 1));
    return bothWays(
      stage,
      (one, other) => one !== bridge && other !== bridge && inside.has(one) !== inside.has(other),
    );
  }),
  /** More than two thirds go on, the others stand still. */
  "N6-minority": cutting((stage) => {
    const count = between(stage.prng, 1, Math.max(1, Math.floor((stage.nodes.length - 1) / 3)));
    const minority = new Set(shuffled(stage).slice(0, count));
    return bothWays(stage, (one, other) => minority.has(one) !== minority.has(other));
  }),
  "N7-flapping": { lastsMsMax, begin: flap },
  "N7-swizzle": { lastsMsMax, begin: swizzle },
} satisfies Record<string, Fault>;

function cutting(waysOf: (stage: Stage) => readonly Way[]): Fault {
  return {
    lastsMsMax,
    begin(stage) {
      const ways = waysOf(stage);
      if (ways.length === 0) return undefined;
      const { network } = stage.world;
      for (const [from, to] of ways) network.cut(from, to);
      return () => {
        for (const [from, to] of ways) network.heal(from, to);
      };
    },
  };
}

/** Half of the links come and go, each at its own pace. */
function flap(stage: Stage): (() => void) | undefined {
  const { prng, world } = stage;
  const flapping = some(
    prng,
    waysBetween(stage, (from, to) => from < to),
  );
  if (flapping.length === 0) return undefined;
  const heals = new Set<() => void>();
  let isOver = false;
  const turn = (way: Way): void => {
    if (isOver) return;
    const heal = cutBothWays(stage, way);
    heals.add(heal);
    world.queue.after(between(prng, flapMsMin, flapMsMax), () => {
      if (heals.delete(heal)) heal();
      world.queue.after(between(prng, flapMsMin, flapMsMax), () => turn(way));
    });
  };
  for (const way of flapping) turn(way);
  return () => {
    isOver = true;
    for (const heal of heals) heal();
    heals.clear();
  };
}

/** Clogs some nodes one after the other, and unclogs them in another order. */
function swizzle(stage: Stage): (() => void) | undefined {
  const { prng, world } = stage;
  const heals = new Set<() => void>();
  let isOver = false;
  const victims = some(prng, shuffled(stage));
  for (const [place, victim] of victims.entries()) {
    const clogMs = place * between(prng, 100, 1_000);
    world.queue.after(clogMs, () => {
      if (isOver) return;
      const ways = isolating(stage, victim);
      for (const [from, to] of ways) world.network.cut(from, to);
      const heal = (): void => {
        for (const [from, to] of ways) world.network.heal(from, to);
      };
      heals.add(heal);
      world.queue.after(between(prng, 500, 6_000), () => {
        if (heals.delete(heal)) heal();
      });
    });
  }
  if (victims.length === 0) return undefined;
  return () => {
    isOver = true;
    for (const heal of heals) heal();
    heals.clear();
  };
}

function cutBothWays({ world }: Stage, [one, other]: Way): () => void {
  world.network.cut(one, other);
  world.network.cut(other, one);
  return () => {
    world.network.heal(one, other);
    world.network.heal(other, one);
  };
}

function isolating(stage: Stage, alone: string | undefined): readonly Way[] {
  return waysBetween(stage, (from, to) => from === alone || to === alone);
}

/** `areCut` is asked once for each pair. */
function bothWays(stage: Stage, areCut: (one: string, other: string) => boolean): readonly Way[] {
  return waysBetween(stage, (from, to) => from < to && areCut(from, to)).flatMap(
    ([from, to]): readonly Way[] => [
      [from, to],
      [to, from],
    ],
  );
}

function waysBetween(stage: Stage, isMeant: (from: string, to: string) => boolean): readonly Way[] {
  const names = namesOf(stage);
  return names.flatMap((from) =>
    names.filter((to) => from !== to && isMeant(from, to)).map((to): Way => [from, to]),
  );
}

function namesOf({ nodes }: Stage): readonly string[] {
  return nodes.map(({ name }) => name);
}

function shuffled(stage: Stage): readonly string[] {
  const names = [...namesOf(stage)];
  for (let place = names.length - 1; place > 0; place--) {
    const other = stage.prng.below(place + 1);
    const held = names[place] ?? "";
    names[place] = names[other] ?? "";
    names[other] = held;
  }
  return names;
}
