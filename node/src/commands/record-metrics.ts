/** Tells the metrics what happens in a node, block by block. */
import type { CommittedBlock, Node } from "#drivers";
import type { Clock, Metrics, ObservedWire } from "#ports";

export function recordMetrics(parts: {
  readonly node: Node;
  readonly metrics: Metrics;
  readonly wire: ObservedWire;
  readonly clock: Clock;
}): void {
  const { node, metrics, wire, clock } = parts;
  let lastMs: number | undefined;
  let txsTotal = 0;
  node.events.subscribe((event) => {
    if (event.kind === "step") {
      metrics.set("consensus_rounds", { value: event.state.round });
      metrics.set("consensus_height", { value: Number(event.state.height) });
    }
    if (event.kind !== "block") return;
    const nowMs = clock.monotonicMs();
    if (lastMs !== undefined) {
      metrics.observe("consensus_block_interval_seconds", { value: (nowMs - lastMs) / 1000 });
    }
    lastMs = nowMs;
    txsTotal += event.block.txs.length;
    metrics.set("consensus_total_txs", { value: txsTotal });
    metrics.set("p2p_peers", { value: wire.peers().length });
    metrics.set("blocksync_syncing", { value: node.sync.catchingUp ? 1 : 0 });
    recordBlock(metrics, event);
  });
}

function recordBlock(metrics: Metrics, { block, state, height }: CommittedBlock): void {
  const validators = state.lastValidators?.validators ?? [];
  const { signatures } = block.lastCommit;
  const missing = validators.filter((_, index) => signatures[index]?.kind === "absent");
  const power = (set: typeof validators): number =>
    set.reduce((sum, validator) => sum + Number(validator.power), 0);
  metrics.set("consensus_latest_block_height", { value: Number(height) });
  metrics.set("consensus_num_txs", { value: block.txs.length });
  metrics.set("consensus_validators", { value: validators.length });
  metrics.set("consensus_validators_power", { value: power(validators) });
  metrics.set("consensus_missing_validators", { value: missing.length });
  metrics.set("consensus_missing_validators_power", { value: power(missing) });
  metrics.set("consensus_byzantine_validators", { value: block.evidence.length });
}
