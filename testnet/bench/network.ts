/**
 * Four validators in four processes under a load of signed sends. Sketch: a complete node checks
 * each signature once (57 µs where this yardstick was taken), and decodes, relays, executes and
 * stores for about as much again; four nodes share this machine with the loader, whose own time is
 * not counted. Figures are CPU time summed over the four nodes.
 */
import { createNativeCrypto, sha256 } from "@pyralog/chain/crypto";
import { measureCpuMicros, median, type Figure } from "./measure.ts";
import { startLocal, type Local } from "./network/local.ts";
import { measureLoad } from "./network/measure-load.ts";
import { createSenders, genesisPatch, type Sender } from "./network/senders.ts";
import { signSendsFor } from "./network/sign-sends-for.ts";
import { diskBytesOf, residentMibOf } from "./network/usage.ts";

const sendersCount = 1_000;
/** Until the compiler has settled, as in a node that runs for days. */
const warmRounds = 12;
const rounds = 30;
/** DESIGN's figure for the reference machine: the target of this issue. */
const floorTimesTarget = 4;

type Report = (figure: Figure) => void;

export async function run(report: Report): Promise<void> {
  const senders = createSenders(sendersCount);
  const local = await startLocal(genesisPatch(senders));
  try {
    await measure(report, { senders, local });
  } finally {
    await local.stop();
  }
}

async function measure(
  report: Report,
  { senders, local }: { readonly senders: readonly Sender[]; readonly local: Local },
): Promise<void> {
  const { nodes } = local;
  const txs = await signSendsFor(local, { senders, rounds: warmRounds + rounds });
  let diskBefore = 0;
  const { txsPerSecond, cpuMicrosPerTx, intervalsMs } = await measureLoad({
    nodes,
    txs,
    warmTxs: warmRounds * sendersCount,
    senders: sendersCount,
    beginning: () => {
      diskBefore = diskBytesOfAll(local);
    },
  });
  const measured = rounds * sendersCount;
  const floor = 4 * nativeVerifyMicros();
  const at = (share: number): number => intervalsMs[Math.floor(intervalsMs.length * share)] ?? 0;
  report({ figure: "committed", value: txsPerSecond, unit: "tx/s wall" });
  report({ figure: "CPU per transaction, four nodes", value: cpuMicrosPerTx, unit: "µs" });
  report({ figure: "floor: one native check per node", value: floor, unit: "µs" });
  const compared = `target ≤ ${floorTimesTarget}; CometBFT 0.38 with the SDK 14–22, tuned 9–15`;
  report({ figure: "times the floor", value: cpuMicrosPerTx / floor, unit: "×", compared });
  report({ figure: "block interval p50", value: at(0.5), unit: "ms" });
  report({ figure: "block interval p95", value: at(0.95), unit: "ms" });
  report({ figure: "loop lag p99, worst node", value: await lagMs(local), unit: "ms" });
  const rechecks = (await rechecksOf(local)) / txs.length / nodes.length;
  report({ figure: "rechecks per transaction and node", value: rechecks, unit: "" });
  report({ figure: "resident memory, median node", value: residentMib(local), unit: "MiB" });
  const diskPerTx = (diskBytesOfAll(local) - diskBefore) / measured / nodes.length;
  report({ figure: "kept on disk per transaction and node", value: diskPerTx, unit: "bytes" });
}

function residentMib({ nodes }: Local): number {
  return median(nodes.map(({ pid }) => residentMibOf(pid)));
}

function diskBytesOfAll({ nodes }: Local): number {
  return nodes.reduce((sum, { home }) => sum + diskBytesOf(`${home}/data`), 0);
}

/** In the same run, because a shared machine is never the same twice. */
function nativeVerifyMicros(): number {
  const crypto = createNativeCrypto();
  const secretKey = sha256(Uint8Array.of(1));
  const digest = sha256(secretKey);
  const publicKey = crypto.secp256k1PublicKey(secretKey);
  const signature = crypto.signSecp256k1Digest({ secretKey, digest });
  const check = (): boolean => crypto.verifySecp256k1Digest({ publicKey, digest, signature });
  return measureCpuMicros(check, { rounds: 7, count: 2000 });
}

/** Since the last scrape: the measured load, where nobody else asks. */
async function lagMs(local: Local): Promise<number> {
  const lags = await metricOf(local, /^pyralog_loop_lag_seconds\{quantile="0.99"[^}]*\} (\S+)/m);
  return Math.max(...lags) * 1000;
}

async function rechecksOf(local: Local): Promise<number> {
  const counts = await metricOf(local, /^cometbft_mempool_recheck_times\{[^}]*\} (\S+)/m);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** One value of each node. */
async function metricOf({ nodes }: Local, pattern: RegExp): Promise<readonly number[]> {
  const values: number[] = [];
  for (const { metrics } of nodes) {
    const text = await (await fetch(metrics)).text();
    values.push(Number(pattern.exec(text)?.[1] ?? Number.NaN));
  }
  return values;
}
