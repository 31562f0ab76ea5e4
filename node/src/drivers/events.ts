/** What happens in a node, for whoever subscribes: RPC clients, metrics, tests. */
import type { FinalizeBlockResponse } from "@pyralog/chain/abci";
import type { RoundState } from "@pyralog/chain/consensus";
import type { ChainState } from "@pyralog/chain/replica";
import type { Block, BlockId, Commit, Height, Proposal, Vote } from "@pyralog/chain/types";

/** A block is committed, its results are on disk and indexed. */
export interface CommittedBlock {
  readonly height: Height;
  readonly block: Block;
  readonly blockId: BlockId;
  readonly commit: Commit;
  readonly response: FinalizeBlockResponse;
  readonly txHashes: readonly Uint8Array[];
  /** The chain state after the block. */
  readonly state: ChainState;
}

export type NodeEvent =
  | ({ readonly kind: "block" } & CommittedBlock)
  | { readonly kind: "step"; readonly state: RoundState }
  | { readonly kind: "proposal"; readonly proposal: Proposal }
  | { readonly kind: "vote"; readonly vote: Vote }
  /** Two votes of one validator for two blocks; evidence once the height is decided. */
  | { readonly kind: "equivocation"; readonly voteA: Vote; readonly voteB: Vote };

/** Calls every subscriber in the order of subscription; one that throws stops the node. */
export class NodeEvents {
  readonly #subscribers = new Set<(event: NodeEvent) => void>();

  /** Returns the way to unsubscribe. */
  subscribe(subscriber: (event: NodeEvent) => void): () => void {
    this.#subscribers.add(subscriber);
    return () => void this.#subscribers.delete(subscriber);
  }

  publish(event: NodeEvent): void {
    for (const subscriber of this.#subscribers) subscriber(event);
  }
}
