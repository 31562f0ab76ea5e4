/**
 * A name for a block's content as the application sees it: equal names, equal outcomes. It lets
 * FinalizeBlock take over what a proposal already executed, whoever asked for it and under which
 * hash.
 */
import { latin1FromBytes } from "#base";
import { Writer } from "#codec";
import type { CommitInfo, Misbehavior } from "#abci";
import { sha256 } from "#crypto";
import type { Address, Height, Time } from "#types";
import type { HashedTx } from "./transaction-cache.ts";

export interface BlockContent {
  readonly txs: readonly HashedTx[];
  readonly misbehavior: readonly Misbehavior[];
  readonly height: Height;
  readonly time: Time;
  readonly proposerAddress: Address;
  readonly lastCommit: CommitInfo;
}

const flags = { absent: 1, commit: 2, nil: 3 } as const;

export function blockKey(block: BlockContent): string {
  const writer = new Writer();
  writer.varint(block.height);
  writer.varint(block.time);
  writer.bytes(block.proposerAddress);
  writer.uint32(block.txs.length);
  for (const { hash } of block.txs) writer.raw(hash);
  writer.uint32(block.lastCommit.round);
  writer.uint32(block.lastCommit.votes.length);
  for (const { validator, blockIdFlag } of block.lastCommit.votes) {
    writer.uint32(flags[blockIdFlag]);
    writer.bytes(validator.address);
    writer.varint(validator.power);
  }
  for (const { kind, validator, height, time } of block.misbehavior) {
    writer.string(kind);
    writer.bytes(validator.address);
    writer.varint(height);
    writer.varint(time);
  }
  return latin1FromBytes(sha256(writer.finish()));
}
