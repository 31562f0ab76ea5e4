/** The pool and the application as a node joins them, without peers and without waiting. */
import type { CheckTxResponse } from "@pyralog/chain/abci";
import type { Result } from "@pyralog/chain/base";
import {
  Mempool,
  type MempoolEffect,
  type MempoolInput,
  type MempoolLimits,
  type MempoolRefusal,
} from "@pyralog/chain/mempool";
import { createHeight, createTime } from "@pyralog/chain/types";
import { Chain, type ChainOptions } from "../../../node/test/app/a-chain.ts";

type Body<Input> = Input extends unknown ? Omit<Input, "now"> : never;

export class PooledChain {
  readonly chain: Chain;
  readonly pool: Mempool;
  readonly punished: string[] = [];
  checks = 0;
  nowMs = 0;
  readonly #gasMax: bigint;

  constructor(
    options: ChainOptions & {
      readonly limits?: Partial<MempoolLimits>;
      readonly gasMax?: bigint;
    } = {},
  ) {
    this.chain = new Chain(options);
    this.#gasMax = options.gasMax ?? -1n;
    const block = { txBytesMax: 1_000_000, gasMax: this.#gasMax };
    this.pool = new Mempool({ limits: options.limits ?? {}, block, height: createHeight(0n) });
  }

  /** A client's transaction: what it is told, as `code N` or as the pool's own words. */
  submit(tx: Uint8Array): string {
    let told: Result<CheckTxResponse, MempoolRefusal> | undefined;
    for (const effect of this.step({ kind: "submitted", id: 0, tx })) {
      if (effect.kind === "answer") told = effect.outcome;
    }
    if (told === undefined) return "no answer";
    return told.kind === "ok" ? `code ${told.value.code}` : told.error.message;
  }

  step(input: Body<MempoolInput>): readonly MempoolEffect[] {
    const now = createTime(BigInt(this.nowMs) * 1_000_000n);
    const told: MempoolEffect[] = [];
    const inputs: MempoolInput[] = [{ ...input, now }];
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
      for (const effect of this.pool.step(next)) {
        told.push(effect);
        if (effect.kind === "punish") this.punished.push(effect.peer);
        if (effect.kind === "check") inputs.push({ ...this.#check(effect), now });
      }
    }
    return told;
  }

  #check(check: Extract<MempoolEffect, { kind: "check" }>): Body<MempoolInput> {
    this.checks += check.txs.length;
    const results = check.txs.map(({ key, tx }) => ({
      key,
      response: this.chain.check(tx, check.mode),
    }));
    return { kind: "checked", height: check.height, results };
  }

  /** Makes a block of what the pool gives; answers with its transactions. */
  block(): readonly Uint8Array[] {
    const offered = this.pool.reap({ bytesMax: 1_000_000, gasMax: this.#gasMax });
    const { txs } = this.chain.prepare(offered);
    const codes = this.chain.block(...txs).map(({ code }) => code);
    const block = { txBytesMax: 1_000_000, gasMax: this.#gasMax };
    const height = createHeight(this.chain.height);
    this.step({ kind: "block-committed", height, txs, codes, block });
    return txs;
  }
}
