/** A chain of blocks that are what their ids say; nobody signed them. */
import { bytesFromText, emptyBytes } from "@pyralog/chain/base";
import { sha256 } from "@pyralog/chain/crypto";
import {
  blockIdOf,
  createAddress,
  createHeight,
  createPower,
  createRound,
  createTime,
  createValidatorSet,
  emptyCommit,
  nil,
  type Block,
  type BlockId,
  type BlockResults,
  type ChainEvent,
  type Commit,
  type Part,
  type TxResult,
  type ValidatorSet,
} from "@pyralog/chain/types";

export interface SavedBlock {
  readonly block: Block;
  readonly blockId: BlockId;
  readonly parts: readonly Part[];
  readonly seenCommit: Commit;
}

export function aBlock(options: {
  readonly height: number;
  readonly txs?: readonly Uint8Array[];
  readonly previous?: SavedBlock;
}): SavedBlock {
  const { previous } = options;
  const hash = sha256(bytesFromText("any"));
  const block: Block = {
    header: {
      version: { block: 11n, app: 0n },
      chainId: "storage-test",
      height: createHeight(BigInt(options.height)),
      time: createTime(1_700_000_000_000_000_000n + BigInt(options.height)),
      lastBlockId: previous?.blockId ?? nil,
      lastCommitHash: hash,
      dataHash: hash,
      validatorsHash: hash,
      nextValidatorsHash: hash,
      consensusHash: hash,
      appHash: emptyBytes,
      lastResultsHash: hash,
      evidenceHash: hash,
      proposerAddress: createAddress(new Uint8Array(20)),
    },
    txs: options.txs ?? [],
    evidence: [],
    lastCommit: previous?.seenCommit ?? emptyCommit,
  };
  const { blockId, parts } = blockIdOf(block);
  const seenCommit: Commit = {
    height: block.header.height,
    round: createRound(0),
    blockId,
    signatures: [{ kind: "absent" }],
  };
  return { block, blockId, parts, seenCommit };
}

/** Blocks from this height on, each with the transactions given for it. */
export function aChain(
  first: number,
  txs: readonly (readonly Uint8Array[])[],
): readonly SavedBlock[] {
  const blocks: SavedBlock[] = [];
  for (const [index, each] of txs.entries()) {
    const previous = blocks.at(-1);
    const height = first + index;
    blocks.push(aBlock({ height, txs: each, ...(previous === undefined ? {} : { previous }) }));
  }
  return blocks;
}

export function aValidatorSet(powers: readonly bigint[]): ValidatorSet {
  return createValidatorSet(
    powers.map((power, index) => ({
      publicKey: { type: "ed25519", bytes: new Uint8Array(32).fill(index + 1) },
      power: createPower(power),
    })),
  );
}

/** `"transfer.sender"` → its value; every attribute is indexed. */
export function anEvent(type: string, attributes: Readonly<Record<string, string>>): ChainEvent {
  return {
    type,
    attributes: Object.entries(attributes).map(([key, value]) => ({ key, value, index: true })),
  };
}

export function aTxResult(events: readonly ChainEvent[] = [], code = 0): TxResult {
  const data = Uint8Array.of(code);
  return { code, data, log: "", info: "", gasWanted: 1n, gasUsed: 2n, events, codespace: "" };
}

export function someResults(
  txResults: readonly TxResult[],
  events: readonly ChainEvent[] = [],
): BlockResults {
  return { events, txResults, validatorUpdates: [], appHash: Uint8Array.of(1, 2) };
}
