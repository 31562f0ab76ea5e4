/**
 * Metrics in Prometheus' text form (prom-client), under CometBFT's names and labels, and the lag of
 * the event loop under ours. Every metric exists from the start, so that a board shows zeros where
 * nothing has happened yet.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { CounterName, GaugeName, HistogramName, Metrics } from "#ports";

export interface MetricsRegistry extends Metrics {
  /** Everything, as Prometheus scrapes it. */
  text(): Promise<string>;
  /** Ends its own measuring. */
  stop(): void;
}

interface Definition {
  readonly help: string;
  readonly labels?: readonly string[];
}

const counters: Readonly<Record<CounterName, Definition>> = {
  consensus_late_votes: {
    help: "Votes received for a height that was decided already.",
    labels: ["vote_type"],
  },
  consensus_duplicate_vote: { help: "Votes received that were known." },
  consensus_duplicate_block_part: { help: "Block parts received that were known." },
  consensus_proposal_create_count: { help: "Proposals made by this node." },
  consensus_proposal_receive_count: {
    help: "Proposals received, by what the application said.",
    labels: ["status"],
  },
  mempool_failed_txs: { help: "Transactions that failed the application's check." },
  mempool_rejected_txs: { help: "Transactions refused by a limit." },
  mempool_evicted_txs: { help: "Transactions that had to make room." },
  mempool_recheck_times: { help: "Transactions checked again after a block." },
  p2p_message_receive_bytes_total: {
    help: "Bytes received, by message.",
    labels: ["message_type"],
  },
  p2p_message_send_bytes_total: { help: "Bytes sent, by message.", labels: ["message_type"] },
  state_consensus_param_updates: { help: "Changes of the consensus parameters." },
  state_validator_set_updates: { help: "Changes of the validator set." },
};

const gauges: Readonly<Record<GaugeName, Definition>> = {
  consensus_height: { help: "Height of the chain." },
  consensus_latest_block_height: { help: "The latest block height." },
  consensus_rounds: { help: "Number of rounds." },
  consensus_validators: { help: "Number of validators." },
  consensus_validators_power: { help: "Total power of all validators." },
  consensus_validator_power: { help: "Power of a validator.", labels: ["validator_address"] },
  consensus_validator_last_signed_height: {
    help: "Last height signed by this validator.",
    labels: ["validator_address"],
  },
  consensus_missing_validators: { help: "Validators who did not sign." },
  consensus_missing_validators_power: { help: "Total power of the missing validators." },
  consensus_byzantine_validators: { help: "Validators who tried to double sign." },
  consensus_byzantine_validators_power: { help: "Total power of the byzantine validators." },
  consensus_num_txs: { help: "Transactions in the latest block." },
  consensus_total_txs: { help: "Transactions committed so far." },
  consensus_block_size_bytes: { help: "Size of the latest block." },
  consensus_quorum_prevote_delay: {
    help: "Seconds from the proposal's time to the prevote that made a quorum.",
    labels: ["proposer_address"],
  },
  consensus_quorum_precommit_delay: {
    help: "Seconds from the proposal's time to the precommit that made a quorum.",
    labels: ["proposer_address"],
  },
  blocksync_syncing: { help: "Whether the node is behind its peers (1) or not (0)." },
  blocksync_latest_block_height: { help: "The height of the latest block fetched from peers." },
  mempool_size: { help: "Transactions that wait." },
  mempool_size_bytes: { help: "Bytes of the transactions that wait." },
  p2p_peers: { help: "Connected peers." },
};

/** From 0.1 to 100, eight of them, as CometBFT. */
const durationBuckets = Array.from({ length: 8 }, (_, index) => 0.1 * 1000 ** (index / 7));

const histograms: Readonly<
  Record<HistogramName, Definition & { readonly buckets: readonly number[] }>
> = {
  consensus_block_interval_seconds: {
    help: "Time between this and the last block.",
    buckets: [0.1, 0.25, 0.5, 0.75, 1, 1.1, 1.2, 1.35, 1.5, 2, 2.5, 5, 10, 30],
  },
  consensus_round_duration_seconds: { help: "Duration of a round.", buckets: durationBuckets },
  consensus_step_duration_seconds: {
    help: "Duration of each step of the protocol.",
    labels: ["step"],
    buckets: durationBuckets,
  },
  mempool_tx_size_bytes: {
    help: "Sizes of the transactions taken.",
    buckets: [1, 3, 9, 27, 81, 243, 729, 2187, 6561, 65_536, 1_048_576],
  },
  /** Milliseconds, in spite of every other metric: CometBFT's boards expect them. */
  state_block_processing_time: {
    help: "Milliseconds spent on executing a block.",
    buckets: [1, 11, 21, 31, 41, 51, 61, 71, 81, 91, 200, 500, 1000],
  },
  rpc_request_duration_seconds: {
    help: "Time that methods of the RPC took, by their JSON-RPC code.",
    labels: ["method", "code"],
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5, 10],
  },
};

const lagResolutionMs = 10;

export function createMetrics(options: {
  readonly namespace: string;
  readonly chainId: string;
}): MetricsRegistry {
  const registry = new Registry();
  registry.setDefaultLabels({ chain_id: options.chainId });
  collectDefaultMetrics({ register: registry });
  const lag = monitorEventLoopDelay({ resolution: lagResolutionMs });
  lag.enable();
  registry.registerMetric(lagGauge(lag));
  const named = (name: string, { help, labels = [] }: Definition) => ({
    name: `${options.namespace}_${name}`,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  const counting = mapped(counters, (name, one) => new Counter(named(name, one)));
  const showing = mapped(gauges, (name, one) => new Gauge(named(name, one)));
  const timing = mapped(histograms, (name, one) => {
    return new Histogram({ ...named(name, one), buckets: [...one.buckets] });
  });
  return {
    count: (name, sample) => counting.get(name)?.inc(sample?.labels ?? {}, sample?.value ?? 1),
    set: (name, { labels = {}, value }) => showing.get(name)?.set(labels, value),
    observe: (name, { labels = {}, value }) => timing.get(name)?.observe(labels, value),
    text: () => registry.metrics(),
    stop: () => {
      lag.disable();
      registry.clear();
    },
  };
}

/** Both quantiles since the last scrape. */
function lagGauge(lag: ReturnType<typeof monitorEventLoopDelay>): Gauge {
  return new Gauge({
    name: "pyralog_loop_lag_seconds",
    help: "How late the event loop came round since the last scrape.",
    labelNames: ["quantile"],
    registers: [],
    collect() {
      for (const quantile of [0.5, 0.99]) {
        // The monitor measures whole periods, of which only the surplus is lag.
        const lateMs = lag.percentile(quantile * 100) / 1e6 - lagResolutionMs;
        this.set({ quantile: String(quantile) }, Math.max(0, lateMs) / 1000);
      }
      lag.reset();
    },
  });
}

function mapped<One extends Definition, Made>(
  definitions: Readonly<Record<string, One>>,
  make: (name: string, definition: One) => Made,
): ReadonlyMap<string, Made> {
  return new Map(Object.entries(definitions).map(([name, one]) => [name, make(name, one)]));
}
