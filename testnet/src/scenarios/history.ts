/**
 * The chain as each node tells it over its RPC, from the first block on: every block is hashed
 * again, and blocks, application states and transactions are held against what the others told.
 */
import {
  attempt,
  blockFromJson,
  blockIdFromNode,
  blockIdOf,
  checkBlockHashes,
  commitFromJson,
  equalBlockIds,
  JsonNode,
  txHash,
  type Block,
  type BlockId,
} from "@pyralog/chain/types";
import { fetchStatus, type Rpc } from "@pyralog/wallet-cli/client";
import { Agreement, violation } from "#checkers";
import { ScenarioError } from "./scenario-error.ts";
import type { Signatures } from "./signatures.ts";

interface Told {
  readonly name: string;
  readonly rpc: Rpc;
}

interface ToldBlock {
  readonly block: Block;
  readonly blockId: BlockId;
  /** What the node's own application came to after the block. */
  readonly appHash: Uint8Array;
}

const blocksAtOnce = 20;

export class History {
  readonly #signatures: Signatures;
  readonly #agreement = new Agreement();
  /** Somebody made evidence on purpose. */
  readonly #accused: boolean;

  constructor(signatures: Signatures, options: { readonly accused?: boolean } = {}) {
    this.#signatures = signatures;
    this.#accused = options.accused ?? false;
  }

  get height(): bigint {
    return this.#agreement.height;
  }

  get txs(): number {
    return this.#agreement.txs;
  }

  /** Reads on where the node's tale ended the last time. @throws Violation, ScenarioError */
  async follow(node: Told): Promise<void> {
    const { name, rpc } = node;
    const { height } = await fetchStatus(rpc);
    const announced = this.#agreement.heightOf(name);
    if (height < announced) {
      throw violation("DECISION_LOST", { node: name, height, announced });
    }
    for (let from = announced + 1n; from <= height; from += BigInt(blocksAtOnce)) {
      const heights = Array.from({ length: blocksAtOnce }, (_, offset) => from + BigInt(offset));
      const asked = heights.filter((one) => one <= height);
      const told = await Promise.all(asked.map((one) => fetchBlock(rpc, one)));
      for (const block of told) this.#take(name, block);
    }
    const head = new JsonNode(await rpc.call("commit", { height: String(height) }));
    this.#signatures.seeCommit(commitFromJson(head.get("signed_header").get("commit").value));
  }

  #take(node: string, { block, blockId, appHash }: ToldBlock): void {
    const { height } = block.header;
    const isItself = equalBlockIds(blockIdOf(block).blockId, blockId);
    if (!isItself || attempt(() => checkBlockHashes(block)).kind === "refused") {
      throw new ScenarioError({ code: "BLOCK_FORGED", facts: { node, height } });
    }
    if (block.evidence.length > 0 && !this.#accused) {
      throw new ScenarioError({ code: "EVIDENCE_FOUND", facts: { node, height } });
    }
    this.#agreement.decided({
      node,
      height,
      blockHash: blockId.hash,
      appHash,
      txHashes: block.txs.map(txHash),
    });
    if (height > 1n) this.#signatures.seeCommit(block.lastCommit);
  }
}

async function fetchBlock(rpc: Rpc, at: bigint): Promise<ToldBlock> {
  const height = String(at);
  const [told, results] = await Promise.all([
    rpc.call("block", { height }),
    rpc.call("block_results", { height }),
  ]);
  const node = new JsonNode(told);
  const blockId = blockIdFromNode(node.get("block_id"));
  if (blockId.kind === "nil") throw new ScenarioError({ code: "BLOCK_FORGED", facts: { height } });
  return {
    block: blockFromJson(node.get("block").value),
    blockId,
    appHash: new JsonNode(results).get("app_hash").base64(),
  };
}
