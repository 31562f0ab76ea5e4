/** C4–C8, C10: media that fail, lie, fill up, rot, are lost or are slow. */
import type { Prng } from "@pyralog/chain/base";
import type { SimNode } from "../sim-node.ts";
import type { SimWorld } from "../ports/index.ts";
import { between, pick, runningOf, type Fault, type Stage } from "./fault.ts";

const lastsMsMax = 12_000;
const backupMsMax = 60_000;
const slowSyncMsMax = 5_000;
const roomBytesMax = 20_000;

export const diskFaults = {
  /** A sync says that it is done and is not, until the power goes. */
  "C4-lying-sync": {
    lastsMsMax,
    begin({ world, untrusted, prng }) {
      const node = pick(prng, untrusted);
      if (node === undefined || node.isDown) return undefined;
      const { faults } = world.disk(node.name);
      faults.lies = true;
      node.trustsNoMore();
      return () => {
        faults.lies = false;
        node.crash("scattered");
        node.boot();
      };
    },
  },
  "C5-failing-sync": failing(({ prng, world }, node) => {
    const tables = world.tables(node.name);
    const table = pick(prng, tables);
    if (prng.chance(1, 2) || table === undefined) world.disk(node.name).faults.failingSyncs = 1;
    else table.faults.failingWrites = 1;
  }),
  "C5-failing-write": failing(({ world }, node) => {
    world.disk(node.name).faults.failingWrites = 1;
  }),
  /** No space left for files, tables or both; then it returns. */
  "C6-full-disk": failing(({ prng, world }, node) => {
    const which = prng.below(3);
    const disk = world.disk(node.name);
    if (which !== 0) disk.faults.bytesMax = disk.bytesUsed + prng.below(roomBytesMax);
    if (which !== 1) for (const table of world.tables(node.name)) table.faults.full = true;
  }),
  /** One bit, a zeroed sector or a misdirected write, in a file or in a table's value. */
  "C7-rot": {
    lastsMsMax,
    begin({ world, frail, prng }) {
      const node = pick(prng, frail);
      if (node === undefined) return undefined;
      node.crash("kill");
      node.mayRefuse();
      rot(world, { node, prng });
      return () => {
        if (node.isDown) node.boot();
      };
    },
  },
  /** The disk dies; a backup from before comes back, and the sign record as it is. */
  "C8-restored": {
    lastsMsMax: backupMsMax,
    begin({ frail, prng }) {
      const node = pick(prng, frail);
      if (node === undefined || node.isDown) return undefined;
      const backup = node.backUp();
      return () => {
        node.crash("kill");
        node.restore(backup);
        node.boot();
      };
    },
  },
  /** All of it but the sign record is gone: the node fetches the chain from its peers. */
  "C8-lost-disk": {
    lastsMsMax,
    begin({ frail, prng }) {
      const node = pick(prng, frail);
      if (node === undefined) return undefined;
      node.crash("kill");
      node.wipe();
      return () => {
        if (node.isDown) node.boot();
      };
    },
  },
  "C10-slow-disk": {
    lastsMsMax,
    begin(stage) {
      const node = pick(stage.prng, stage.nodes);
      if (node === undefined) return undefined;
      const max = between(stage.prng, 10, slowSyncMsMax);
      const media = mediaOf(stage.world, node);
      for (const medium of media) medium.setDelays(max >> 3, max);
      return () => {
        for (const medium of media) medium.setDelays();
      };
    },
  },
} satisfies Record<string, Fault>;

/** The node must stop at once, and comes back when the disk is well. */
function failing(spoil: (stage: Stage, node: SimNode) => void): Fault {
  return {
    lastsMsMax,
    begin(stage) {
      const node = pick(stage.prng, runningOf(stage));
      if (node === undefined) return undefined;
      spoil(stage, node);
      return () => {
        for (const medium of mediaOf(stage.world, node)) medium.repair();
        if (node.isDown) node.boot();
      };
    },
  };
}

function mediaOf(world: SimWorld, { name }: SimNode): readonly Medium[] {
  return [world.disk(name), ...world.tables(name)];
}

interface Medium {
  /** No delays are the usual ones. */
  setDelays(minMs?: number, maxMs?: number): void;
  repair(): void;
}

function rot(world: SimWorld, victim: { readonly node: SimNode; readonly prng: Prng }): void {
  const { node, prng } = victim;
  const disk = world.disk(node.name);
  const table = pick(prng, world.tables(node.name));
  const path = pick(prng, disk.paths);
  if (table !== undefined && (path === undefined || prng.chance(1, 2))) {
    const key = pick(prng, table.entries)?.[0];
    if (key !== undefined) table.damage(key, damaging(prng));
  } else if (path !== undefined) disk.damage(path, damaging(prng));
}

const sectorBytes = 512;

/** One bit over, one sector zero, or one sector where another belongs. */
function damaging(prng: Prng): (bytes: Uint8Array) => void {
  const kind = prng.below(3);
  return (bytes) => {
    if (bytes.length === 0) return;
    const place = prng.below(bytes.length);
    const sector = place - (place % sectorBytes);
    if (kind === 0) bytes[place] = (bytes[place] ?? 0) ^ (1 << prng.below(8));
    else if (kind === 1) bytes.fill(0, sector, sector + sectorBytes);
    else {
      const from = prng.below(bytes.length);
      bytes.copyWithin(sector, from, Math.min(bytes.length, from + sectorBytes));
    }
  };
}
