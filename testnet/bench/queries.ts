/**
 * What queries cost a node of a million accounts and a hundred thousand indexed transactions, and
 * whether consensus feels them. Sketch: an answer is one HTTP exchange (150 µs), JSON of what was
 * found (10 µs a kilobyte), and its look-ups. By hash: three records (50 µs). By sender: as many
 * index records as there are heights (1 µs each), 30 transactions with events (20 µs each, 3 kB of
 * JSON). A past balance: one chunk of an undo record (8 kB, 30 µs). So 0.3 to 2 ms each, and fifty
 * a second are 5 % of one core. At start the node reads three records an account (5 µs each).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { base64FromBytes } from "@pyralog/chain/base";
import { timeFromRfc3339 } from "@pyralog/chain/types";
import { createRpc, fetchBlocks, fetchStatus } from "@pyralog/wallet-cli/client";
import { median, type Figure } from "./measure.ts";
import { cpuMicrosOf, diskBytesOf, residentMibOf } from "./network/usage.ts";
import { createAccounts } from "./queries/accounts.ts";
import { ask, askInTurn, askSteadily } from "./queries/ask.ts";
import { generate } from "./queries/generate.ts";
import { startNode, type NodeProcess } from "./queries/node-process.ts";
import type { Payments } from "./queries/payments.ts";
import { Questions, type Kind } from "./queries/questions.ts";

type Report = (figure: Figure) => void;

const accountsAll = 1_000_000;
const sendersCount = 1_000;
const txs = 100_000;
const basePort = 31_756;
const metricsUrl = `http://127.0.0.1:${basePort + 2}/metrics`;
const settings = {
  "rpc.laddr": `tcp://127.0.0.1:${basePort}`,
  "p2p.laddr": `tcp://127.0.0.1:${basePort + 1}`,
  "instrumentation.prometheus": true,
  "instrumentation.prometheus_listen_addr": `tcp://127.0.0.1:${basePort + 2}`,
};

const kinds: readonly (readonly [Kind, string])[] = [
  ["hash", "a transaction by hash"],
  ["sender", "30 of a sender's 100 transactions"],
  ["balance", "a balance 90 heights ago"],
  ["merchant", "30 of a merchant's 10,000 payments"],
];
/** The merchant's page is heavier than what the target is about. */
const steadyKinds = ["hash", "sender", "balance"] as const;
const warmQueries = 150;
const rounds = 5;
const queriesPerRound = 100;
const idleSeconds = 5;
const queriesPerSecond = 50;
const windowSeconds = 10;
/** With and without queries in turn, so that both meet the same weather of the machine. */
const windowPairs = 5;
/** Beside the queries, so that blocks are not empty and the past differs from the present. */
const paymentsPerSecond = 20;

interface Measured {
  readonly node: NodeProcess;
  readonly questions: Questions;
  readonly payments: Payments;
}

export async function run(report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pyralog-bench-"));
  const home = join(folder, "node");
  try {
    const accounts = createAccounts({ senders: sendersCount, all: accountsAll });
    const before = process.cpuUsage();
    const payments = await generate({ home, settings, accounts, txs });
    const used = process.cpuUsage(before);
    const seconds = (used.user + used.system) / 1e6;
    report({ figure: "generating the chain", value: seconds, unit: "s CPU" });
    await measureHome(report, { home, payments, questions: new Questions(accounts, payments) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function measureHome(
  report: Report,
  made: { readonly home: string; readonly payments: Payments; readonly questions: Questions },
): Promise<void> {
  const { home, payments, questions } = made;
  const diskMib = diskBytesOf(`${home}/data`) / 2 ** 20;
  const node = await startNode(home);
  try {
    report({ figure: "the node's data", value: diskMib, unit: "MiB" });
    report({ figure: "start to running", value: node.startCpuSeconds, unit: "s CPU" });
    report({ figure: "start to running", value: node.startSeconds, unit: "s wall" });
    report({ figure: "resident memory after the start", value: node.startMib, unit: "MiB" });
    await questions.check(node.rpc);
    await reportCosts(report, { node, questions });
    await reportBeside(report, { node, questions, payments });
    report({ figure: "resident memory at the end", value: residentMibOf(node.pid), unit: "MiB" });
    await questions.check(node.rpc);
  } finally {
    await node.stop();
  }
}

/** The CPU time of one query after the other, less what the node takes without them. */
async function reportCosts(
  report: Report,
  { node, questions }: Pick<Measured, "node" | "questions">,
): Promise<void> {
  const { rpc, pid } = node;
  const idleBefore = cpuMicrosOf(pid);
  await sleep(idleSeconds * 1000);
  const idlePerSecond = (cpuMicrosOf(pid) - idleBefore) / idleSeconds;
  report({ figure: "without queries", value: idlePerSecond / 1000, unit: "ms CPU a second" });
  for (const [kind, name] of kinds) {
    const next = (): string => questions.next(kind);
    await askInTurn(rpc, { next, count: warmQueries });
    const costs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      questions.height = (await fetchStatus(createRpc(rpc))).height;
      const [before, startedMs] = [cpuMicrosOf(pid), performance.now()];
      await askInTurn(rpc, { next, count: queriesPerRound });
      const seconds = (performance.now() - startedMs) / 1000;
      const used = cpuMicrosOf(pid) - before - idlePerSecond * seconds;
      costs.push(used / queriesPerRound / 1000);
    }
    const compared = kind === "merchant" ? "no target" : "target ≤ 5";
    report({ figure: name, value: median(costs), unit: "ms CPU", compared });
  }
}

interface Window {
  readonly intervalsMs: readonly number[];
  readonly lagMs: number;
  readonly cpuShare: number;
  readonly answers: number;
  readonly payments: number;
}

async function reportBeside(report: Report, measured: Measured): Promise<void> {
  const [without, beside]: [Window[], Window[]] = [[], []];
  for (let pair = 0; pair < windowPairs; pair++) {
    without.push(await observe(measured, 0));
    beside.push(await observe(measured, queriesPerSecond));
  }
  for (const [name, windows] of [
    ["without queries", without],
    [`beside ${queriesPerSecond} queries a second`, beside],
  ] as const) {
    const intervals = windows.flatMap(({ intervalsMs }) => intervalsMs);
    const cpu = median(windows.map(({ cpuShare }) => cpuShare)) * 100;
    report({ figure: `block interval p50 ${name}`, value: at(intervals, 0.5), unit: "ms" });
    report({ figure: `block interval p95 ${name}`, value: at(intervals, 0.95), unit: "ms" });
    const lag = median(windows.map(({ lagMs }) => lagMs));
    const compared = "target ≤ 20";
    report({ figure: `loop lag p99 ${name}`, value: lag, unit: "ms", compared });
    report({ figure: `the node's CPU ${name}`, value: cpu, unit: "% of a core" });
  }
  const p95 = (windows: readonly Window[]): number => at(windows.flatMap(intervalsOf), 0.95);
  const asked = beside.reduce((sum, { answers }) => sum + answers, 0);
  const perSecond = asked / windowPairs / windowSeconds;
  report({ figure: "answered", value: perSecond, unit: "queries a second" });
  const paid = [...without, ...beside].map((window) => window.payments / windowSeconds);
  report({ figure: "payments committed all the while", value: median(paid), unit: "a second" });
  const compared = "target ≤ 1.1";
  const ratio = p95(beside) / p95(without);
  report({ figure: "block interval p95, times that without", value: ratio, unit: "×", compared });
}

const intervalsOf = ({ intervalsMs }: Window): readonly number[] => intervalsMs;

async function observe(
  { node, questions, payments }: Measured,
  perSecond: number,
): Promise<Window> {
  const rpc = createRpc(node.rpc);
  const from = (await fetchStatus(rpc)).height;
  questions.height = from;
  await scrapeLagMs();
  const before = cpuMicrosOf(node.pid);
  const paying = pay(node, payments);
  const answers =
    perSecond === 0
      ? await sleep(windowSeconds * 1000, 0)
      : await askSteadily(node.rpc, {
          next: () => questions.next(steadyKinds[turn++ % steadyKinds.length] ?? "hash"),
          perSecond,
          seconds: windowSeconds,
        });
  const used = cpuMicrosOf(node.pid) - before;
  const lagMs = await scrapeLagMs();
  await paying;
  const to = (await fetchStatus(rpc)).height;
  const blocks = await fetchBlocks(rpc, { from: from + 1n, to });
  const times = blocks.map(({ time }) => Number(timeFromRfc3339(time) / 1_000_000n)).toReversed();
  return {
    intervalsMs: times.slice(1).map((time, index) => time - (times[index] ?? time)),
    lagMs,
    cpuShare: used / 1e6 / windowSeconds,
    answers,
    payments: blocks.reduce((sum, { txCount }) => sum + txCount, 0),
  };
}

let turn = 0;

/** A batch each second. */
async function pay({ rpc }: NodeProcess, payments: Payments): Promise<void> {
  for (let second = 0; second < windowSeconds; second++) {
    const calls = Array.from({ length: paymentsPerSecond }, (_, id) => {
      const tx = base64FromBytes(payments.next());
      return { jsonrpc: "2.0", id, method: "broadcast_tx_async", params: { tx } };
    });
    await ask(rpc, JSON.stringify(calls));
    if (second < windowSeconds - 1) await sleep(1000);
  }
}

/** Since the last scrape, which begins anew. */
async function scrapeLagMs(): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  const found = /pyralog_loop_lag_seconds\{quantile="0.99"[^}]*\} (\S+)/.exec(text);
  return Number(found?.[1] ?? Number.NaN) * 1000;
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}
