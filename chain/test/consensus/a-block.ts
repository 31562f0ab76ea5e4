/** Blocks that are what their ids say. Whether they extend a chain is not the engine's question. */
import { bytesFromText, emptyBytes } from "#base";
import { sha256 } from "#crypto";
import {
  blockIdOf,
  createAddress,
  createHeight,
  emptyCommit,
  nil,
  type Block,
  type BlockId,
  type Commit,
  type Part,
  type Time,
} from "#types";
import { chainId, genesisTime } from "./some-validators.ts";

export interface NamedBlock {
  readonly block: Block;
  readonly blockId: BlockId;
  readonly parts: readonly Part[];
}

export function aBlock(
  name: string,
  options: {
    readonly height?: bigint;
    readonly time?: Time;
    readonly lastCommit?: Commit;
    /** Bytes of its one transaction, to have more than one part. */
    readonly bytes?: number;
  } = {},
): NamedBlock {
  const lastCommit = options.lastCommit ?? emptyCommit;
  const block: Block = {
    header: {
      version: { block: 11n, app: 0n },
      chainId,
      height: createHeight(options.height ?? 1n),
      time: options.time ?? genesisTime,
      lastBlockId: lastCommit.height === 0n ? nil : lastCommit.blockId,
      lastCommitHash: emptyBytes,
      dataHash: emptyBytes,
      validatorsHash: sha256(bytesFromText("validators")),
      nextValidatorsHash: sha256(bytesFromText("validators")),
      consensusHash: sha256(bytesFromText("params")),
      appHash: bytesFromText(name),
      lastResultsHash: emptyBytes,
      evidenceHash: emptyBytes,
      proposerAddress: createAddress(new Uint8Array(20)),
    },
    txs: options.bytes === undefined ? [] : [new Uint8Array(options.bytes).fill(7)],
    evidence: [],
    lastCommit,
  };
  return { block, ...blockIdOf(block) };
}
