/**
 * What drivers tell about themselves: names of CometBFT's metrics without their namespace
 * (docs/core/metrics.md), so that its Grafana boards work, and a few of ours. Nothing is ever
 * decided by a metric.
 */

/** Totals that only grow. */
export type CounterName =
  | "consensus_late_votes"
  | "consensus_duplicate_vote"
  | "consensus_duplicate_block_part"
  | "consensus_proposal_create_count"
  | "consensus_proposal_receive_count"
  | "mempool_failed_txs"
  | "mempool_rejected_txs"
  | "mempool_evicted_txs"
  | "mempool_recheck_times"
  | "p2p_message_receive_bytes_total"
  | "p2p_message_send_bytes_total"
  | "state_consensus_param_updates"
  | "state_validator_set_updates";

/** Values of this moment. */
export type GaugeName =
  | "consensus_height"
  | "consensus_latest_block_height"
  | "consensus_rounds"
  | "consensus_validators"
  | "consensus_validators_power"
  | "consensus_validator_power"
  | "consensus_validator_last_signed_height"
  | "consensus_missing_validators"
  | "consensus_missing_validators_power"
  | "consensus_byzantine_validators"
  | "consensus_byzantine_validators_power"
  | "consensus_num_txs"
  | "consensus_total_txs"
  | "consensus_block_size_bytes"
  | "consensus_quorum_prevote_delay"
  | "consensus_quorum_precommit_delay"
  | "blocksync_syncing"
  | "blocksync_latest_block_height"
  | "mempool_size"
  | "mempool_size_bytes"
  | "p2p_peers";

/** Distributions. */
export type HistogramName =
  | "consensus_block_interval_seconds"
  | "consensus_round_duration_seconds"
  | "consensus_step_duration_seconds"
  | "mempool_tx_size_bytes"
  | "state_block_processing_time"
  | "rpc_request_duration_seconds";

export interface Sample {
  readonly value: number;
  /** Few values each, and never a user's address. The names are fixed by the metric. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Metrics {
  /** Adds to a total; one where no sample is given. */
  count(name: CounterName, sample?: Sample): void;
  set(name: GaugeName, sample: Sample): void;
  observe(name: HistogramName, sample: Sample): void;
}

/** Where nobody looks: the simulator, and most tests. */
export const noMetrics: Metrics = {
  count: () => undefined,
  set: () => undefined,
  observe: () => undefined,
};
