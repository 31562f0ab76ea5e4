import type { CheckTxResponse } from "#abci";
import type { Result } from "#base";
import type { MempoolEffect, PeerId } from "./model.ts";
import type { MempoolRefusal } from "./refusal.ts";

export function answer(
  to: { readonly id: number; readonly hash: Uint8Array },
  outcome: Result<CheckTxResponse, MempoolRefusal>,
): MempoolEffect {
  return { kind: "answer", id: to.id, hash: to.hash, outcome };
}

export function punishment(peer: PeerId, reason: string): MempoolEffect {
  return { kind: "punish", peer, reason };
}
