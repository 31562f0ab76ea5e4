/** Evidence against one of four validators, of a chain with a block every second. */
import assert from "node:assert/strict";
import type { ChainPosition, PastBlock } from "@pyralog/chain/evidence";
import {
  createHeight,
  createPower,
  createRound,
  orderVotes,
  voteSignBytes,
  type Evidence,
  type Height,
  type Vote,
} from "@pyralog/chain/types";
import { aBlockId, aTime, aValidatorSet, aVote, crypto, type Signer } from "../types/values.ts";

const { set: validators, signers } = aValidatorSet();
const [first, second] = signers;
assert.ok(first && second);
export const [liar, other] = [first, second];
export const params = {
  maxAgeNumBlocks: 10n,
  maxAgeDuration: 20_000_000_000n,
  maxBytes: 10_000n,
} as const;

export function past(height: Height): PastBlock | undefined {
  return { time: aTime(Number(height)), validators };
}

export function positionAt(height: number): ChainPosition {
  return { height: createHeight(BigInt(height)), time: aTime(height), params };
}

export function twoVotes(signer: Signer, fields: Partial<Vote> = {}): readonly [Vote, Vote] {
  return [
    aVote(signer, { ...fields, blockId: aBlockId("one") }),
    aVote(signer, { ...fields, blockId: aBlockId("two") }),
  ];
}

/** Two precommits of height 5 unless said otherwise. */
export function someEvidence(signer: Signer = liar, fields: Partial<Vote> = {}): Evidence {
  const [voteA, voteB] = orderVotes(twoVotes(signer, fields));
  return {
    kind: "duplicate-vote",
    voteA,
    voteB,
    powerTotal: validators.powerTotal,
    validatorPower: createPower(10n),
    time: aTime(Number(voteA.height)),
  };
}

export function ofRound(round: number): Evidence {
  return someEvidence(liar, { round: createRound(round) });
}

function signedThere(vote: Vote): Vote {
  const message = voteSignBytes({ chainId: "another-1", vote });
  return { ...vote, signature: crypto.signEd25519({ secretKey: liar.secretKey, message }) };
}

/** The same two votes, signed for another chain by the same key. */
export function ofAnotherChain(evidence: Evidence): Evidence {
  return { ...evidence, voteA: signedThere(evidence.voteA), voteB: signedThere(evidence.voteB) };
}
