/**
 * The order in which an engine may call an application: the grammar of CometBFT v0.38
 * (spec/abci/abci++_comet_expected_behavior.md), recovery included. It is an oracle for tests and
 * for the simulator: production does not run it. CheckTx and Query may come at any time once the
 * chain is known; everything else has its place.
 */
import { ok, refused, type Result } from "#base";
import { createHeight, type Height } from "#types";

export type Call =
  /** With what the application answered. */
  | { readonly kind: "info"; readonly lastBlockHeight: Height }
  | { readonly kind: "init-chain"; readonly initialHeight: Height }
  | { readonly kind: "check-tx" | "query" }
  | { readonly kind: "prepare-proposal" | "process-proposal"; readonly height: Height }
  | { readonly kind: "extend-vote" | "verify-vote-extension"; readonly height: Height }
  | { readonly kind: "finalize-block"; readonly height: Height }
  | { readonly kind: "commit" | "committed" };

type Phase =
  /** Nobody asked yet what the application has. */
  | { readonly kind: "unknown" }
  | { readonly kind: "before-genesis" }
  /** In the rounds of the next height: any number of them, each call of a round optional. */
  | { readonly kind: "rounds"; readonly next: Height }
  | { readonly kind: "finalized"; readonly height: Height }
  | { readonly kind: "committing"; readonly height: Height };

/** Follows one process of the application; after a crash a new one begins. */
export class CallOrder {
  #phase: Phase = { kind: "unknown" };

  /** Why the call may not come now, or nothing. */
  step(call: Call): Result<void, string> {
    const next = phaseAfter(this.#phase, call);
    if (next === undefined) return refused(`${call.kind} out of order: ${textOf(this.#phase)}`);
    this.#phase = next;
    return ok(undefined);
  }
}

function phaseAfter(phase: Phase, call: Call): Phase | undefined {
  switch (phase.kind) {
    case "unknown":
      return call.kind === "info" ? standingAt(call.lastBlockHeight) : undefined;
    case "before-genesis":
      if (call.kind === "init-chain") return { kind: "rounds", next: call.initialHeight };
      return call.kind === "check-tx" ? undefined : aside(phase, call);
    case "rounds":
      return inRounds(phase, call);
    case "finalized":
      return call.kind === "commit" ? { ...phase, kind: "committing" } : aside(phase, call);
    case "committing":
      return call.kind === "committed" ? standingAt(phase.height) : aside(phase, call);
  }
}

/** What may come at any time and changes no phase. */
function aside(phase: Phase, call: Call): Phase | undefined {
  const isAside = call.kind === "info" || call.kind === "query" || call.kind === "check-tx";
  return isAside ? phase : undefined;
}

function inRounds(phase: Extract<Phase, { kind: "rounds" }>, call: Call): Phase | undefined {
  if (!("height" in call)) return aside(phase, call);
  if (call.height !== phase.next) return undefined;
  return call.kind === "finalize-block" ? { kind: "finalized", height: call.height } : phase;
}

function standingAt(height: Height): Phase {
  if (height === 0n) return { kind: "before-genesis" };
  return { kind: "rounds", next: createHeight(height + 1n) };
}

function textOf(phase: Phase): string {
  switch (phase.kind) {
    case "unknown":
      return "info comes first";
    case "before-genesis":
      return "init-chain comes first";
    case "rounds":
      return `height ${phase.next} is next`;
    case "finalized":
      return `height ${phase.height} waits for commit`;
    case "committing":
      return `height ${phase.height} is being written`;
  }
}
