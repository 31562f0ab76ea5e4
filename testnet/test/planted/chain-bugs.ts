/** Bugs in what the chain accepts, counts and keeps. */
import { aLiar, aNetwork } from "./networks.ts";
import type { PlantedBug } from "./planted-bug.ts";

const pool = "chain/src/evidence/evidence-pool.ts";

export const chainBugs: readonly PlantedBug[] = [
  {
    name: "loses evidence",
    mistake: "double votes that consensus reports are forgotten before their height is decided",
    edits: [
      {
        file: pool,
        find: "    this.#formReported();\n",
        replace: "    this.#reported.clear();\n",
      },
    ],
    harness: { kind: "simulator", fixed: aNetwork({ byzantine: aLiar(["double-vote"]) }) },
    fires: ["EVIDENCE_LOST"],
    seedsMax: 20,
  },
  {
    name: "keeps evidence for itself",
    mistake: "what one validator has seen is never told to the others",
    edits: [
      {
        file: "chain/src/evidence/evidence-relay.ts",
        find: "      if (due.size === 0) continue;\n",
        replace: "      if (due.size >= 0) continue;\n",
      },
    ],
    harness: {
      kind: "simulator",
      fixed: aNetwork({ nodes: 7, byzantine: aLiar(["double-vote"]), faults: ["N6-minority"] }),
    },
    fires: ["EVIDENCE_LOST"],
    seedsMax: 50,
  },
  {
    name: "commits evidence twice",
    mistake: "what a block has punished stays in the pool, and may be punished again",
    edits: [
      {
        file: pool,
        find: "      this.#dropPending(key);\n    }\n    this.#formReported();",
        replace: "    }\n    this.#formReported();",
      },
      {
        file: pool,
        find: "    if (this.#committed.has(key)) {\n",
        replace: "    if (this.#committed.has(`${key} `)) {\n",
      },
    ],
    harness: { kind: "simulator", fixed: aNetwork({ byzantine: aLiar(["double-vote"]) }) },
    fires: ["EVIDENCE_TWICE"],
    seedsMax: 20,
  },
  {
    name: "applies a block whose commit was not verified",
    mistake: "what a peer sends as decided is taken for decided",
    edits: [
      {
        file: "chain/src/consensus/tendermint/take-commit.ts",
        find: "...verifyCommit({ chainId, validators, blockId, height, commit, crypto })",
        replace: '...(crypto && chainId && { kind: "ok", value: undefined })',
      },
    ],
    harness: {
      kind: "simulator",
      fixed: aNetwork({ faults: ["C8-lost-disk", "C10-pause"], byzantine: aLiar(["sync-lies"]) }),
    },
    fires: ["AssertionFailure"],
    seedsMax: 50,
  },
  {
    name: "changes validators one height too early",
    mistake: "an update counts for the next height already",
    edits: [
      {
        file: "chain/src/replica/next-chain-state.ts",
        find: "validators: state.nextValidators,",
        replace: "validators: validators.value,",
      },
    ],
    harness: {
      kind: "simulator",
      fixed: aNetwork({ followers: 1, faults: ["M1-join"], faultyMs: 15_000 }),
    },
    fires: ["VALIDITY"],
    seedsMax: 20,
  },
  {
    name: "takes the time from a commit that was verified in part",
    mistake: "signatures beyond two thirds are not looked at, and their times count",
    edits: [
      {
        file: "chain/src/replica/validate-block.ts",
        find: "  const verdict = verifyCommit({",
        replace: "  const verdict = verifyCommitLight({",
      },
      {
        file: "chain/src/replica/validate-block.ts",
        find: "  verifyCommit,\n",
        replace: "  verifyCommitLight,\n",
      },
    ],
    harness: {
      kind: "simulator",
      fixed: aNetwork({ byzantine: aLiar(["invalid-block"]), faultyMs: 30_000 }),
    },
    fires: ["VALIDITY"],
    seedsMax: 50,
  },
  {
    name: "applies a transaction twice",
    mistake: "a sequence that was used already is taken once more",
    edits: [
      {
        file: "chain/src/execution/ante.ts",
        find: "if (signer.sequence !== account.sequence) {",
        replace: "if (signer.sequence > account.sequence) {",
      },
    ],
    harness: {
      kind: "simulator",
      fixed: aNetwork({ faults: ["C1-kill"], txEveryMs: 200 }),
    },
    fires: ["APPLIED_TWICE"],
    seedsMax: 20,
  },
  {
    name: "makes coins out of nothing",
    mistake: "a receiver gets one unit more than was sent, and bank's own checks are off",
    edits: [
      {
        file: "governance/src/bank/balances.ts",
        find: "  addCoinsTo(store, { to, coins });\n  emitReceived",
        replace:
          "  addCoinsTo(store, { to, coins });\n" +
          '  addCoinsTo(store, { to, coins: [{ denom: coins[0]?.denom ?? "apyr", amount: 1n }] });\n' +
          "  emitReceived",
      },
      {
        file: "governance/src/bank/invariants.ts",
        find: 'return firstOff(sums, "more coins than the supply says");',
        replace: "return undefined;",
      },
      {
        file: "governance/src/bank/invariants.ts",
        find: 'return firstOff(sums, "more in balances than in the supply");',
        replace: "return undefined;",
      },
    ],
    harness: { kind: "simulator", fixed: aNetwork({ txEveryMs: 300, faultyMs: 8_000 }) },
    fires: ["SUPPLY"],
    seedsMax: 5,
  },
  {
    name: "never rechecks its pool",
    mistake: "a transaction that went stale stays, and the proposer takes what the pool gives",
    edits: [
      {
        file: "chain/src/mempool/checks.ts",
        find: "    this.#recheck = this.#pool.values();\n    this.#unanswered = 0;",
        replace: "    this.#unanswered = 0;",
      },
      {
        file: "chain/src/execution/propose.ts",
        find: '    if (fate !== "taken") continue;\n',
        replace: "",
      },
    ],
    harness: {
      kind: "simulator",
      fixed: aNetwork({
        faults: ["N6-minority"],
        faultyMs: 10_000,
        healMsMax: 15_000,
        txEveryMs: 150,
      }),
    },
    fires: ["LIVENESS"],
    seedsMax: 20,
  },
  {
    name: "takes a part whose index is not its proof's",
    mistake: "a part is put where it says, while its proof holds for another place",
    edits: [
      {
        file: "chain/src/types/part-set.ts",
        find: "if (proof.index !== part.index || proof.total",
        replace: "if (proof.total",
      },
    ],
    harness: {
      kind: "test",
      file: "chain/test/types/part-set.test.ts",
      title: "takes no part with other bytes, another place, total or proof",
      because: "the blocks of simulated networks are of one part, which has but one place",
    },
    fires: ["FAILED"],
    seedsMax: 1,
  },
  {
    name: "lets the app hash depend on the order of the writes",
    mistake: "a leaf is hashed with the key that was written before it",
    edits: [
      {
        file: "chain/src/merkle/state/write-batch.ts",
        find: "this.#hasher.setKey(this.hashes, at);",
        replace: "this.#hasher.setKey(this.hashes, Math.max(0, at - 1));",
      },
    ],
    harness: { kind: "simulator", fixed: aNetwork({ faults: ["C1-kill"] }) },
    fires: ["ROOT_MISMATCH"],
    seedsMax: 10,
  },
];
