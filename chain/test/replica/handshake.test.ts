import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { planHandshake, type StoredHeights } from "@pyralog/chain/replica";
import { createHeight } from "@pyralog/chain/types";

type Plain = Readonly<Record<"initial" | "base" | "store" | "state" | "app", number>>;

function heights(plain: Partial<Plain>): StoredHeights {
  const { initial = 1, store = 0, state = 0, app = 0 } = plain;
  const base = plain.base ?? (store === 0 ? 0 : initial);
  return {
    initialHeight: createHeight(BigInt(initial)),
    storeBase: createHeight(BigInt(base)),
    storeHeight: createHeight(BigInt(store)),
    stateHeight: createHeight(BigInt(state)),
    appHeight: createHeight(BigInt(app)),
  };
}

function planOf(plain: Partial<Plain>): string {
  const plan = planHandshake(heights(plain));
  if (plan.kind === "refused") return plan.error.code;
  return plan.value
    .map((step) => (step.kind === "init-chain" ? step.kind : `${step.kind} ${step.height}`))
    .join(", ");
}

describe("planHandshake", () => {
  it("asks for InitChain on a fresh start", () => {
    assert.equal(planOf({}), "init-chain");
  });

  it("does nothing when all three agree", () => {
    assert.equal(planOf({ store: 7, state: 7, app: 7 }), "");
  });

  it("applies a block that was stored but not finalized", () => {
    assert.equal(planOf({ store: 7, state: 6, app: 6 }), "apply 7");
  });

  it("replays into the application alone what it did not commit", () => {
    assert.equal(planOf({ store: 7, state: 7, app: 6 }), "replay-application 7");
    assert.equal(planOf({ store: 7, state: 6, app: 5 }), "replay-application 6, apply 7");
  });

  it("rebuilds an application that lost everything, from InitChain on", () => {
    assert.equal(
      planOf({ store: 2, state: 2 }),
      "init-chain, replay-application 1, replay-application 2",
    );
  });

  it("starts at the initial height of the genesis", () => {
    assert.equal(planOf({ initial: 5, store: 5 }), "init-chain, apply 5");
  });

  it("repairs every combination that a crash can leave, and names every other one", () => {
    for (let store = 0; store <= 4; store++) {
      for (let state = 0; state <= 6; state++) {
        for (let app = 0; app <= 6; app++) {
          const reachable = app <= state && state <= store && store <= state + 1;
          const plan = planOf({ store, state, app });
          assert.equal(plan !== "HEIGHTS_UNREACHABLE", reachable, `${store} ${state} ${app}`);
        }
      }
    }
  });

  it("refuses to replay blocks that were pruned", () => {
    assert.equal(planOf({ base: 4, store: 7, state: 7, app: 2 }), "HEIGHTS_UNREACHABLE");
    assert.equal(planOf({ base: 4, store: 7, state: 7, app: 3 }).split(",").length, 4);
  });
});
