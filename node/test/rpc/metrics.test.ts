import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createMetrics } from "#rpc";

describe("metrics", () => {
  it("carry CometBFT's names, labels and the chain's id", async () => {
    const registry = createMetrics({ namespace: "cometbft", chainId: "a-chain" });
    registry.set("consensus_height", { value: 7 });
    registry.count("mempool_failed_txs");
    registry.count("consensus_late_votes", { value: 2, labels: { vote_type: "prevote" } });
    registry.observe("consensus_block_interval_seconds", { value: 1.05 });
    registry.observe("consensus_step_duration_seconds", {
      value: 0.2,
      labels: { step: "Propose" },
    });
    const text = await registry.text();
    registry.stop();
    for (const line of [
      'cometbft_consensus_height{chain_id="a-chain"} 7',
      'cometbft_mempool_failed_txs{chain_id="a-chain"} 1',
      'cometbft_consensus_late_votes{vote_type="prevote",chain_id="a-chain"} 2',
      'cometbft_consensus_block_interval_seconds_bucket{le="1.1",chain_id="a-chain"} 1',
      'cometbft_consensus_step_duration_seconds_count{chain_id="a-chain",step="Propose"} 1',
    ]) {
      assert.ok(text.includes(`${line}\n`), line);
    }
  });

  it("show what has not happened yet as zero", async () => {
    const registry = createMetrics({ namespace: "cometbft", chainId: "a-chain" });
    const text = await registry.text();
    registry.stop();
    assert.match(text, /^cometbft_p2p_peers\{chain_id="a-chain"\} 0$/m);
    assert.match(text, /^cometbft_mempool_evicted_txs\{chain_id="a-chain"\} 0$/m);
  });

  it("measure how late the loop comes round, at half and at 99 of 100", async () => {
    const registry = createMetrics({ namespace: "cometbft", chainId: "a-chain" });
    const lag = /^pyralog_loop_lag_seconds\{quantile="(?<quantile>[\d.]+)".*\} (?<value>\S+)$/gm;
    const found = [...(await registry.text()).matchAll(lag)].map(({ groups }) => groups);
    registry.stop();
    assert.deepEqual(
      found.map((groups) => groups?.["quantile"]),
      ["0.5", "0.99"],
    );
    for (const groups of found) assert.ok(Number(groups?.["value"]) >= 0);
  });
});
