/** Bugs in how a validator votes, and in what it must not forget of it. */
import { aNetwork } from "./networks.ts";
import type { PlantedBug } from "./planted-bug.ts";

const rules = "chain/src/consensus/tendermint/rules.ts";
const fireRule = "chain/src/consensus/tendermint/fire-rule.ts";
const signRule = "chain/src/consensus/sign-rule/sign-rule.ts";

export const votingBugs: readonly PlantedBug[] = [
  {
    name: "skips the lock",
    mistake: "a precommit leaves without a lock, and the sign rule does not ask for one",
    edits: [
      {
        file: fireRule,
        find: 'state.locked = { kind: "lock", round: state.round, blockId: rule.blockId };',
        replace: "",
      },
      {
        file: "chain/src/consensus/tendermint/take-vote.ts",
        find: 'if (type === "precommit" && isBlock(blockId)) state.lockLater({ kind: "lock", round, blockId });',
        replace: "",
      },
      { file: signRule, find: 'return onIt ? undefined : "LOCK_MISSING";', replace: "return;" },
    ],
    harness: {
      kind: "twins",
      options: { twins: [0], grain: "step", length: 9, hearing: "loss" },
      schedules: 200,
    },
    fires: ["AGREEMENT", "HONEST_ACCUSED"],
    seedsMax: 20,
  },
  {
    name: "unlocks without a proof of lock",
    mistake: "a locked validator prevotes for any other block that is proposed",
    edits: [
      {
        file: rules,
        find: 'return typeof validRound === "number" && locked.round <= validRound;',
        replace: "return true;",
      },
      {
        file: signRule,
        find: 'return permitted ? undefined : "LOCK_VIOLATED";',
        replace: "return;",
      },
    ],
    harness: {
      kind: "twins",
      options: { twins: [0], grain: "step", length: 9, hearing: "loss" },
      schedules: 200,
    },
    fires: ["AGREEMENT", "HONEST_ACCUSED"],
    seedsMax: 20,
  },
  {
    name: "takes a proof of lock of an earlier round",
    mistake: "2f+1 prevotes from before one's own lock are taken for a reason to leave it (L29)",
    edits: [
      {
        file: rules,
        find: 'return typeof validRound === "number" && locked.round <= validRound;',
        replace: 'return typeof validRound === "number";',
      },
      { file: signRule, find: "proof >= lock.round && proof < round", replace: "proof < round" },
    ],
    harness: {
      kind: "twins",
      options: { twins: [0], grain: "step", length: 12, hearing: "loss" },
      schedules: 400,
    },
    fires: ["AGREEMENT", "HONEST_ACCUSED"],
    seedsMax: 200,
  },
  {
    name: "takes 2f votes for a quorum",
    mistake: "half of the power is enough",
    edits: [
      {
        file: "chain/src/consensus/tendermint/vote-set.ts",
        find: "return power * 3n > this.#validators.powerTotal * 2n;",
        replace: "return power * 2n >= this.#validators.powerTotal;",
      },
    ],
    harness: {
      kind: "twins",
      options: { twins: [0], grain: "step", length: 9, hearing: "loss" },
      schedules: 200,
    },
    fires: ["AGREEMENT", "HONEST_ACCUSED"],
    seedsMax: 20,
  },
  {
    name: "has the wrong proposer after a round that was skipped",
    mistake: "turns are counted by the rounds that this node went through",
    edits: [
      {
        file: "chain/src/consensus/tendermint/proposals.ts",
        find: "const turns = round - from.round;",
        replace: "const turns = Math.min(1, round - from.round);",
      },
    ],
    harness: {
      kind: "simulator",
      fixed: aNetwork({
        faults: ["N2-delay", "C1-kill"],
        timeouts: { proposeMs: 40, prevoteMs: 20, precommitMs: 20 },
      }),
    },
    fires: ["VALIDITY"],
    seedsMax: 50,
  },
  {
    name: "waits as long in every round",
    mistake: "timeouts do not grow, so that no round is ever long enough on a slow network",
    edits: [
      {
        file: fireRule,
        find: "propose: timeouts.proposeMs + timeouts.proposeDeltaMs * round,",
        replace: "propose: timeouts.proposeMs,",
      },
      {
        file: fireRule,
        find: "prevote: timeouts.prevoteMs + timeouts.prevoteDeltaMs * round,",
        replace: "prevote: timeouts.prevoteMs,",
      },
    ],
    harness: {
      kind: "simulator",
      fixed: aNetwork({
        faultyMs: 2_000,
        calmMs: 500,
        healMsMax: 10_000,
        timeouts: { proposeMs: 1, prevoteMs: 1, precommitMs: 1, proposeDeltaMs: 50 },
      }),
    },
    fires: ["LIVENESS"],
    seedsMax: 10,
  },
  {
    name: "signs without looking at the sign record",
    mistake: "after a restart the key is used as if it had never signed",
    edits: [
      {
        file: "node/src/drivers/signer.ts",
        find: "this.#record = recordOf(present);",
        replace: "this.#record = nil;",
      },
    ],
    harness: { kind: "simulator", fixed: aNetwork({ faults: ["C1-point"], faultEveryMs: 1_000 }) },
    fires: ["DOUBLE_SIGN"],
    seedsMax: 20,
  },
  {
    name: "restarts without the lock",
    mistake: "the sign record's lock is not put back, and the sign rule does not miss it",
    edits: [
      {
        file: "chain/src/consensus/tendermint/adopt-record.ts",
        find: "state.lockLater(lock);",
        replace: "",
      },
      {
        file: "chain/src/consensus/tendermint/take-vote.ts",
        find: 'if (type === "precommit" && isBlock(blockId)) state.lockLater({ kind: "lock", round, blockId });',
        replace: "",
      },
      {
        file: signRule,
        find: "? record.lock : nil;",
        replace: "? nil : nil;",
      },
    ],
    harness: {
      kind: "simulator",
      fixed: aNetwork({ faults: ["C1-all", "N2-delay", "C1-kill"], faultEveryMs: 700 }),
    },
    fires: ["HONEST_ACCUSED"],
    seedsMax: 100,
  },
];
