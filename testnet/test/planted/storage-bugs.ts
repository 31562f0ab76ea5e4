/** Bugs in what is on the disk before what. */
import { aNetwork } from "./networks.ts";
import type { PlantedBug } from "./planted-bug.ts";

export const storageBugs: readonly PlantedBug[] = [
  {
    name: "forgets to sync the WAL before a lock",
    mistake: "the lock outlives a crash of everybody, and the block that it is on does not",
    edits: [
      {
        file: "chain/src/consensus/tendermint/sign-requests.ts",
        find: 'if (isBlock(vote.blockId)) turn.emit({ kind: "sync-wal" });',
        replace: "",
      },
    ],
    harness: {
      kind: "simulator",
      fixed: aNetwork({ faults: ["C1-all", "N2-delay"], faultEveryMs: 1_000 }),
    },
    fires: ["LIVENESS"],
    seedsMax: 50,
  },
  {
    name: "syncs the sign record after the vote has left",
    mistake: "the swap is reported as done while its sync is still under way",
    edits: [
      {
        file: "node/src/storage/sign-store.ts",
        find: "await this.#file.sync();\n    this.#present = next;",
        replace: "void this.#file.sync().catch(() => undefined);\n    this.#present = next;",
      },
    ],
    harness: {
      kind: "simulator",
      fixed: aNetwork({ faults: ["C10-slow-disk", "C1-all"], faultEveryMs: 700 }),
    },
    fires: ["DOUBLE_SIGN"],
    seedsMax: 50,
  },
  {
    name: "saves the block after it was applied",
    mistake: "a crash between the two leaves an application that is ahead of the blocks",
    edits: [
      {
        file: "node/src/drivers/consensus-driver.ts",
        find: "    await this.#executor.save(decided);\n",
        replace: "",
      },
      {
        file: "node/src/drivers/consensus-driver.ts",
        find: "    await this.#executor.apply(decided);\n",
        replace:
          "    await this.#executor.apply(decided);\n    await this.#executor.save(decided);\n",
      },
    ],
    harness: { kind: "simulator", fixed: aNetwork({ faults: ["C1-point"], faultEveryMs: 500 }) },
    fires: ["HEIGHTS_UNREACHABLE"],
    seedsMax: 20,
  },
  {
    name: "deletes a segment that a start still needs",
    mistake: "every segment of the WAL but the newest is taken for covered",
    edits: [
      {
        file: "node/src/storage/wal.ts",
        find: "await this.#log.removeBefore(marker.segment - 1);",
        replace: "await this.#log.removeBefore(this.#log.segments.last);",
      },
    ],
    harness: {
      kind: "test",
      file: "node/test/storage/wal.test.ts",
      title: "deletes no segment that a replay from the kept height needs",
      because:
        "a node keeps the height that it has just ended, whose mark is in the newest segment; " +
        "and what its WAL lacks of the height to come, its peers tell it again",
    },
    fires: ["FAILED"],
    seedsMax: 1,
  },
];
