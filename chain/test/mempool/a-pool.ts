import type { CheckTxResponse } from "#abci";
import { bytesFromText, textFromBytes } from "#base";
import {
  Mempool,
  type BlockLimits,
  type MempoolEffect,
  type MempoolInput,
  type MempoolLimits,
} from "#mempool";
import { createHeight, createTime, type Time } from "#types";

export type EffectOf<Kind extends MempoolEffect["kind"]> = Extract<MempoolEffect, { kind: Kind }>;

export const unlimited: BlockLimits = { txBytesMax: -1, gasMax: -1n };

export function aPool(
  options: { readonly limits?: Partial<MempoolLimits>; readonly block?: BlockLimits } = {},
): Mempool {
  const { limits = {}, block = unlimited } = options;
  return new Mempool({ limits, block, height: createHeight(0n) });
}

export function at(ms: number): Time {
  return createTime(BigInt(ms) * 1_000_000n);
}

export function tx(text: string): Uint8Array {
  return bytesFromText(text);
}

/** What an application says that accepts everything: `bad…` fails, `alice:3:100` names a sender. */
export function verdictOn(bytes: Uint8Array): CheckTxResponse {
  const text = textFromBytes(bytes);
  const [sender = "", sequence, fee = "0"] = text.split(":");
  const attributes = [
    { key: "sender", value: sender, index: false },
    { key: "sequence", value: sequence ?? "", index: false },
    { key: "fee", value: `${fee}apyr`, index: false },
  ];
  return {
    code: text.startsWith("bad") ? 5 : 0,
    data: bytesFromText(""),
    log: "",
    info: "",
    gasWanted: 1n,
    gasUsed: 0n,
    events: sequence === undefined ? [] : [{ type: "mempool", attributes }],
    codespace: "",
  };
}

export function ofKind<Kind extends MempoolEffect["kind"]>(
  effects: readonly MempoolEffect[],
  kind: Kind,
): readonly EffectOf<Kind>[] {
  const isOfKind = (effect: MempoolEffect): effect is EffectOf<Kind> => effect.kind === kind;
  return effects.filter(isOfKind);
}

/** The application's answer to a check; the codes replace those that it would give. */
export function answersTo(
  check: EffectOf<"check"> | undefined,
  codes: readonly number[] = [],
): MempoolInput {
  if (check === undefined) throw new Error("Nothing was to be checked.");
  const results = check.txs.map((keyed, index) => {
    const verdict = verdictOn(keyed.tx);
    return { key: keyed.key, response: { ...verdict, code: codes[index] ?? verdict.code } };
  });
  return { kind: "checked", height: check.height, results, now: at(0) };
}

/** Runs an input to its end, the application answering at once; checks are left out of the answer. */
export function settle(
  pool: Mempool,
  input: MempoolInput,
): readonly Exclude<MempoolEffect, { kind: "check" }>[] {
  const settled: Exclude<MempoolEffect, { kind: "check" }>[] = [];
  const inputs: MempoolInput[] = [input];
  for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
    for (const effect of pool.step(next)) {
      if (effect.kind !== "check") {
        settled.push(effect);
        continue;
      }
      inputs.push({ ...answersTo(effect), now: input.now });
    }
  }
  return settled;
}

export function submit(pool: Mempool, text: string): EffectOf<"answer">["outcome"] {
  const effects = settle(pool, { kind: "submitted", id: 7, tx: tx(text), now: at(0) });
  const [answer] = ofKind(effects, "answer");
  if (answer === undefined) throw new Error("A submission was not answered.");
  return answer.outcome;
}

export function messageOf(outcome: EffectOf<"answer">["outcome"]): string {
  return outcome.kind === "ok" ? `code ${outcome.value.code}` : outcome.error.message;
}

export function texts(txs: readonly Uint8Array[]): readonly string[] {
  return txs.map(textFromBytes);
}
