/** C1–C3, C9, C10: processes that end or stand still, at any moment, at every point of a disk. */
import type { Crash } from "../ports/index.ts";
import type { SimNode, Snare } from "../sim-node.ts";
import { between, pick, runningOf, type Fault, type Stage } from "./fault.ts";

const downMsMax = 8_000;
const pauseMsMax = 60_000;
const pointsAheadMax = 40;

export const crashFaults = {
  /** At any moment, as by `kill -9`: what was written stays. */
  "C1-kill": crashing((node) => node.crash("kill")),
  /** Everybody at once. */
  "C1-all": {
    lastsMsMax: downMsMax,
    begin(stage) {
      for (const node of stage.nodes) node.crash(stage.prng.chance(1, 2) ? "kill" : "power");
      return () => bootAll(stage.nodes);
    },
  },
  /** Before or after some write, sync or batch of the next ones, whichever file it is. */
  "C1-point": trapping((stage) => {
    let left = between(stage.prng, 1, pointsAheadMax);
    return { how: stage.prng.chance(1, 2) ? "kill" : "power", catches: () => --left === 0 };
  }),
  /** The power goes in the middle of a write: its first bytes stay. */
  "C2-torn": trapping(() => unsynced("torn")),
  /** The power goes after a write: any sectors of what was not synced stay. */
  "C3-lost-cache": trapping(() => unsynced("scattered")),
  "C3-power": crashing((node) => node.crash("power")),
  /** Up to five further crashes while it recovers from the one before. */
  "C9-crash-loop": {
    lastsMsMax: downMsMax,
    begin(stage) {
      const node = pick(stage.prng, runningOf(stage));
      if (node === undefined) return undefined;
      node.crash(stage.prng.chance(1, 2) ? "kill" : "power");
      const loop = { node, times: between(stage.prng, 1, 5), isOver: false };
      crashAgain(stage, loop);
      return () => {
        loop.isOver = true;
        node.disarm();
        bootAll([node]);
      };
    },
  },
  /** As by SIGSTOP. */
  "C10-pause": {
    lastsMsMax: pauseMsMax,
    begin({ world, nodes, prng }) {
      const node = pick(prng, nodes);
      if (node === undefined || node.isDown) return undefined;
      world.pause(node.name);
      return () => world.resume(node.name);
    },
  },
} satisfies Record<string, Fault>;

function unsynced(how: Crash): Snare {
  return { how, catches: (point) => point.startsWith("after write") };
}

interface CrashLoop {
  readonly node: SimNode;
  times: number;
  isOver: boolean;
}

function crashing(crash: (node: SimNode) => void): Fault {
  return {
    lastsMsMax: downMsMax,
    begin(stage) {
      const node = pick(stage.prng, runningOf(stage));
      if (node === undefined) return undefined;
      crash(node);
      return () => bootAll([node]);
    },
  };
}

function trapping(snareOf: (stage: Stage) => Snare): Fault {
  return {
    lastsMsMax: downMsMax,
    begin(stage) {
      const node = pick(stage.prng, runningOf(stage));
      if (node === undefined) return undefined;
      node.crashAt(snareOf(stage));
      return () => {
        node.disarm();
        bootAll([node]);
      };
    },
  };
}

/** Boots it, and ends it again at one of the first points that it passes, until told to stop. */
function crashAgain(stage: Stage, loop: CrashLoop): void {
  const { prng, world } = stage;
  if (loop.times-- === 0) return;
  world.queue.after(between(prng, 50, 1_000), () => {
    if (loop.isOver || !loop.node.isDown) return;
    loop.node.boot();
    let left = between(prng, 1, 10);
    loop.node.crashAt({ how: prng.chance(1, 2) ? "kill" : "power", catches: () => --left === 0 });
    crashAgain(stage, loop);
  });
}

function bootAll(nodes: readonly SimNode[]): void {
  for (const node of nodes) if (node.isDown) node.boot();
}
