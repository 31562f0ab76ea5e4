import { assert, type Work } from "#base";
import type { Application } from "./application.ts";
import { CallOrder, type Call } from "./order.ts";

/**
 * The same application, stopping whoever calls it out of order or changes its state in two works
 * at once. For tests and the simulator.
 */
export function inOrder(application: Application): Application {
  const order = new CallOrder();
  const expect = (call: Call): void => {
    const verdict = order.step(call);
    assert(verdict.kind === "ok", verdict.kind === "ok" ? "" : verdict.error);
  };
  const alone = exclusively();
  return {
    info() {
      const info = application.info();
      expect({ kind: "info", lastBlockHeight: info.lastBlockHeight });
      return info;
    },
    initChain(request) {
      expect({ kind: "init-chain", initialHeight: request.initialHeight });
      return alone(application.initChain(request));
    },
    checkTx(request) {
      expect({ kind: "check-tx" });
      return application.checkTx(request);
    },
    prepareProposal(request) {
      expect({ kind: "prepare-proposal", height: request.height });
      return alone(application.prepareProposal(request));
    },
    processProposal(request) {
      expect({ kind: "process-proposal", height: request.height });
      return alone(application.processProposal(request));
    },
    extendVote(request) {
      expect({ kind: "extend-vote", height: request.height });
      return application.extendVote(request);
    },
    verifyVoteExtension(request) {
      expect({ kind: "verify-vote-extension", height: request.height });
      return application.verifyVoteExtension(request);
    },
    finalizeBlock(request) {
      expect({ kind: "finalize-block", height: request.height });
      return alone(application.finalizeBlock(request));
    },
    commit() {
      expect({ kind: "commit" });
      return application.commit();
    },
    committed() {
      expect({ kind: "committed" });
      application.committed();
    },
    query(request) {
      expect({ kind: "query" });
      return application.query(request);
    },
  };
}

/** Lets one work run at a time: from its first turn to its end. */
function exclusively(): <Value>(work: Work<Value>) => Work<Value> {
  let isBusy = false;
  return function* run(work) {
    assert(!isBusy, "calls that change state come one after the other");
    isBusy = true;
    try {
      return yield* work;
    } finally {
      isBusy = false;
    }
  };
}
