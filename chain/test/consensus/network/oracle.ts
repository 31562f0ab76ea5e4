/** What must never happen, seen from above. It throws in the moment in which it does. */
import assert from "node:assert/strict";
import { blockIdKey, verifyCommit, type BlockIdOrNil, type ValidatorSet, type Vote } from "#types";
import type { Effect, SignRequest } from "#consensus";
import { chainId, fastCrypto } from "../some-validators.ts";

type Decided = Extract<Effect, { kind: "decided" }>;

export class Oracle {
  readonly #decided = new Map<bigint, string>();
  readonly #signed = new Map<string, string>();
  readonly #liars: ReadonlySet<number>;
  readonly proposed = new Set<string>();
  roundsAboveZero = 0;
  equivocations = 0;

  constructor(liars: readonly number[]) {
    this.#liars = new Set(liars);
  }

  /** At most one signature of an honest key for each height, round and type. */
  signed(validator: number, request: SignRequest): void {
    const { message, type } =
      request.kind === "vote"
        ? { message: request.vote, type: request.vote.type }
        : { message: request.proposal, type: "proposal" };
    const place = `${validator}/${message.height}/${message.round}/${type}`;
    const key = blockIdKey(message.blockId);
    assert.equal(this.#signed.get(place) ?? key, key, `v${validator} signed twice at ${place}`);
    this.#signed.set(place, key);
  }

  /** Agreement, validity, and a commit that convinces others. */
  decided(decided: Decided, validators: ValidatorSet): void {
    const { height, round, blockId, commit, block } = decided;
    const key = blockIdKey(blockId);
    assert.equal(this.#decided.get(height) ?? key, key, `two blocks decided at height ${height}`);
    if (!this.#decided.has(height) && round > 0) this.roundsAboveZero++;
    this.#decided.set(height, key);
    const isOurs = this.proposed.has(key) || isGood(block.header.appHash);
    assert.ok(isOurs, "a decided block is valid");
    const crypto = fastCrypto;
    const verdict = verifyCommit({ chainId, validators, blockId, height, commit, crypto });
    assert.equal(verdict.kind, "ok");
  }

  /** Nobody honest is accused, of two votes or of lying. */
  accused(voteA: Vote, voteB: Vote): void {
    this.equivocations++;
    assert.ok(this.#liars.has(voteA.validatorIndex), `v${voteA.validatorIndex} is honest`);
    assert.equal(voteA.validatorIndex, voteB.validatorIndex);
    assert.notEqual(blockIdKey(voteA.blockId), blockIdKey(voteB.blockId));
  }

  punished(peer: string, reason: string): void {
    assert.ok(this.#liars.has(Number(peer)), `v${peer} is honest, and was punished: ${reason}`);
  }

  isDecided(height: bigint, blockId: BlockIdOrNil): boolean {
    return this.#decided.get(height) === blockIdKey(blockId);
  }
}

/** The application of these tests refuses blocks by their first byte. */
export function isGood(appHash: Uint8Array): boolean {
  return appHash[0] !== 0xbb;
}
