import { emptyBytes } from "#base";
import type { StoredBlock, SyncEffect } from "#sync";
import {
  createAddress,
  createHeight,
  createRound,
  createTime,
  emptyCommit,
  encodeBlock,
  encodeCommit,
  nil,
  zeroTime,
  type Block,
  type Commit,
  type Time,
} from "#types";

const proposerAddress = createAddress(new Uint8Array(20));
const hash = new Uint8Array(32).fill(7);

export function at(ms: number): Time {
  return createTime(BigInt(ms) * 1_000_000n);
}

/** A block that is well-formed and no more: block sync looks no deeper. */
function aBlock(height: bigint, txBytes: number): Block {
  return {
    header: {
      version: { block: 11n, app: 0n },
      chainId: "test",
      height: createHeight(height),
      time: zeroTime,
      lastBlockId: nil,
      lastCommitHash: hash,
      dataHash: hash,
      validatorsHash: hash,
      nextValidatorsHash: hash,
      consensusHash: hash,
      appHash: emptyBytes,
      lastResultsHash: hash,
      evidenceHash: hash,
      proposerAddress,
    },
    txs: [new Uint8Array(txBytes)],
    evidence: [],
    lastCommit: emptyCommit,
  };
}

function aCommit(height: bigint): Commit {
  return {
    height: createHeight(height),
    round: createRound(0),
    blockId: { kind: "block", hash, parts: { total: 1, hash } },
    signatures: [
      { kind: "commit", validatorAddress: proposerAddress, time: zeroTime, signature: hash },
    ],
  };
}

export function stored(height: bigint, txBytes = 10): StoredBlock {
  return { block: encodeBlock(aBlock(height, txBytes)), commit: encodeCommit(aCommit(height)) };
}

export type EffectOf<Kind extends SyncEffect["kind"]> = Extract<SyncEffect, { kind: Kind }>;

export function ofKind<Kind extends SyncEffect["kind"]>(
  effects: readonly SyncEffect[],
  kind: Kind,
): readonly EffectOf<Kind>[] {
  const isOfKind = (effect: SyncEffect): effect is EffectOf<Kind> => effect.kind === kind;
  return effects.filter(isOfKind);
}
