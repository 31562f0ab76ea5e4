/** Follows a chain's blocks over the RPC: how many transactions are in them, and how far apart. */
import { timeFromRfc3339 } from "@pyralog/chain/types";
import { createRpc, fetchStatus, type Rpc } from "@pyralog/wallet-cli/client";

interface Block {
  readonly height: number;
  readonly txs: number;
  readonly timeMs: number;
}

export class Blocks {
  readonly #rpc: Rpc;
  readonly #blocks: Block[] = [];
  #height = 0;
  #refresh: Promise<void> | undefined;
  #refreshedMs = 0;

  constructor(url: string) {
    this.#rpc = createRpc(url);
  }

  get list(): readonly Block[] {
    return this.#blocks;
  }

  /** Asks at most ten times a second, so that the question costs little of what is measured. */
  async committed(): Promise<number> {
    const nowMs = performance.now();
    if (nowMs - this.#refreshedMs > 100) {
      this.#refresh ??= this.#update().finally(() => {
        this.#refresh = undefined;
        this.#refreshedMs = performance.now();
      });
    }
    await this.#refresh;
    return this.#blocks.reduce((sum, { txs }) => sum + txs, 0);
  }

  async #update(): Promise<void> {
    const from = this.#height + 1;
    if ((await fetchStatus(this.#rpc)).height < from) return;
    const answer = await this.#rpc.call("blockchain", {
      minHeight: String(from),
      maxHeight: String(from + 19),
    });
    for (const meta of metasOf(answer).toReversed()) {
      if (meta.height !== this.#height + 1) continue;
      this.#blocks.push(meta);
      this.#height = meta.height;
    }
  }
}

interface BlockchainAnswer {
  readonly block_metas: readonly {
    readonly num_txs: string;
    readonly header: { readonly height: string; readonly time: string };
  }[];
}

function metasOf(answer: unknown): readonly Block[] {
  if (!isBlockchainAnswer(answer)) throw new Error("blockchain: an answer of another shape");
  return answer.block_metas.map(({ num_txs: txs, header }) => ({
    height: Number(header.height),
    txs: Number(txs),
    timeMs: Number(timeFromRfc3339(header.time) / 1_000_000n),
  }));
}

function isBlockchainAnswer(answer: unknown): answer is BlockchainAnswer {
  return typeof answer === "object" && answer !== null && "block_metas" in answer;
}

/** Milliseconds between blocks, those given only. */
export function intervalsOf(blocks: readonly Block[]): readonly number[] {
  return blocks.slice(1).map(({ timeMs }, index) => timeMs - (blocks[index]?.timeMs ?? timeMs));
}
