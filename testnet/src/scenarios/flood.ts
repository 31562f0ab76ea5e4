/**
 * Many times what the chain can take, for as long as it is told: signed transactions over every
 * node's RPC, garbage from strangers over its p2p port. The chain goes on meanwhile, memory stays
 * bounded, and afterwards payments are served as before.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { base64FromBytes, createPrng } from "@pyralog/chain/base";
import type { Crypto } from "@pyralog/chain/crypto";
import { consensusParamsDefault, consensusParamsToJson } from "@pyralog/chain/types";
import { createLibp2pWire } from "@pyralog/node/io";
import type { Channel, Wire } from "@pyralog/node/ports";
import { fetchAccount, sendMessage, signTx } from "@pyralog/wallet-cli/client";
import { accountFromPhrase, loadCrypto } from "@pyralog/wallet-cli/keystore";
import { violation } from "#checkers";
import type { Fleet, FleetNode } from "./fleet.ts";
import { Payments } from "./payments.ts";

export interface FloodReport {
  readonly offered: number;
  readonly committed: number;
  /** Offered for each that was committed. */
  readonly times: number;
  readonly heights: bigint;
  readonly garbage: number;
  /** From the end of the flood until payments are served as before it. */
  readonly backMs: number;
  readonly grownMib: number;
}

/** So that a chain of these blocks is flooded by what one machine can offer: 250 sends a block. */
export const floodGenesis = {
  consensus_params: consensusParamsToJson({
    ...consensusParamsDefault,
    block: { ...consensusParamsDefault.block, maxGas: 25_000_000n },
  }),
};

const gasLimit = 100_000n;
const gasPrice = 1_000_000_000n;
const batchTxs = 100;
const roundTxs = 1_000;
const backMsMax = 60_000;
/** Where consensus stands still for so long, the flood has won. */
const stillMsMax = 30_000;
/** Pool, queues and streams of a node at their bounds, with what is not collected yet. */
const grownMibMax = 1_536;
const servedPayments = 10;

export async function flood(
  fleet: Fleet,
  options: {
    readonly seconds: number;
    readonly seed: number;
    readonly say: (line: string) => void;
  },
): Promise<FloodReport> {
  const { seconds, seed, say } = options;
  const before = fleet.nodes.map(({ index }) => residentMib(fleet.pidOf(index)));
  const [fromHeight, fromTxs] = [await fleet.heightMax(), await committedTxs(fleet)];
  const end = performance.now() + seconds * 1000;
  const counts = { offered: 0, garbage: 0 };
  const works = [
    ...fleet.accounts.map((_, index) => offer(fleet, { index, end, counts })),
    ...fleet.nodes.map((node) => throwGarbage(fleet, { node, end, counts })),
    goesOn(fleet, end),
  ];
  await Promise.all(works);
  const committed = (await committedTxs(fleet)) - fromTxs;
  const heights = (await fleet.heightMax()) - fromHeight;
  const times = counts.offered / Math.max(1, committed);
  say(`${counts.offered} offered, ${committed} committed in ${heights} heights`);
  const grown = fleet.nodes.map(
    ({ index }) => residentMib(fleet.pidOf(index)) - (before[index] ?? 0),
  );
  const grownMib = Math.round(Math.max(...grown));
  if (grownMib > grownMibMax) throw violation("BOUNDS", { grownMib, grownMibMax });
  const backMs = await servesAgain(fleet, seed);
  say(`payments are served again after ${Math.round(backMs)} ms`);
  return { ...counts, committed, times, heights, backMs, grownMib };
}

interface Flooding {
  readonly end: number;
  readonly counts: { offered: number; garbage: number };
}

/** One account's signed payments, as many as can be, through one node's RPC. */
async function offer(fleet: Fleet, from: Flooding & { readonly index: number }): Promise<void> {
  const { index, end, counts } = from;
  const crypto = await loadCrypto();
  const { rpc } = fleet.node(index % fleet.nodes.length);
  const { address } = fleet.accounts[index] ?? { address: "" };
  while (performance.now() < end) {
    const account = await quietly(() => fetchAccount(rpc, address));
    if (account === undefined) continue;
    const txs = await signRound(fleet, { index, crypto, ...account });
    for (let at = 0; at < txs.length && performance.now() < end; at += batchTxs) {
      await quietly(() => broadcast(rpc.url, txs.slice(at, at + batchTxs)));
      counts.offered += Math.min(batchTxs, txs.length - at);
    }
  }
}

async function signRound(
  { accounts, denom, genesis }: Fleet,
  by: {
    readonly index: number;
    readonly crypto: Crypto;
    readonly accountNumber: bigint;
    readonly sequence: bigint;
  },
): Promise<readonly string[]> {
  const { index, crypto, accountNumber, sequence } = by;
  const { address = "", mnemonic = "" } = accounts[index] ?? {};
  const to = accounts[(index + 1) % accounts.length]?.address ?? address;
  const { secretKey, publicKey } = await accountFromPhrase({ words: mnemonic, index: 0 }, crypto);
  return Array.from({ length: roundTxs }, (_, offset) => {
    const draft = {
      messages: [sendMessage({ from: address, to, amount: [{ denom, amount: 1n }] })],
      memo: "",
      fee: [{ denom, amount: gasLimit * gasPrice }],
      gasLimit,
      sequence: sequence + BigInt(offset),
      publicKey,
    };
    const signing = { secretKey, chainId: genesis.chainId, accountNumber, crypto };
    return base64FromBytes(signTx(draft, signing));
  });
}

async function broadcast(url: string, txs: readonly string[]): Promise<void> {
  const calls = txs.map((tx, id) => {
    return { jsonrpc: "2.0", id, method: "broadcast_tx_async", params: { tx } };
  });
  const response = await fetch(url, { method: "POST", body: JSON.stringify(calls) });
  await response.arrayBuffer();
}

/** Strangers, each with a new name, who send what is no message until they are dropped. */
async function throwGarbage(
  fleet: Fleet,
  at: Flooding & { readonly node: FleetNode },
): Promise<void> {
  const { node, end, counts } = at;
  const channels: readonly Channel[] = ["consensus", "transactions", "sync", "evidence"];
  const peer = fleet.peerIdOf(node.index);
  for (let turn = 0; performance.now() < end; turn++) {
    let isConnected = false;
    const wire = await createLibp2pWire({
      secretKey: new Uint8Array(randomBytes(32)),
      chainId: fleet.genesis.chainId,
      listen: "tcp://127.0.0.1:0",
      peers: [`${peer}@127.0.0.1:${node.p2pPort}`],
      log: { write: () => undefined },
    });
    await wire.start({
      connected: () => (isConnected = true),
      disconnected: () => (isConnected = false),
      received: () => undefined,
    });
    for (let tries = 0; tries < 50 && performance.now() < end; tries++) {
      await sleep(20);
      if (!isConnected) continue;
      counts.garbage += shout(wire, { peer, channel: channels[turn % channels.length] });
    }
    await wire.stop();
  }
}

/** Answers with how many frames of garbage were taken for the peer. */
function shout(
  wire: Wire,
  to: { readonly peer: string; readonly channel: Channel | undefined },
): number {
  const { peer, channel = "consensus" } = to;
  let sent = 0;
  for (let count = 0; count < 100; count++) {
    const bytes = new Uint8Array(randomBytes(1 + ((count * 97) % 4_000)));
    if (wire.send({ peer, channel, bytes })) sent++;
  }
  return sent;
}

/** @throws Violation `LIVENESS` where no height comes for long. */
async function goesOn(fleet: Fleet, end: number): Promise<void> {
  let height = await fleet.heightMax();
  let sinceMs = performance.now();
  while (performance.now() < end) {
    await sleep(500);
    const now = await fleet.heightMax();
    if (now > height) [height, sinceMs] = [now, performance.now()];
    const stillMs = Math.round(performance.now() - sinceMs);
    if (stillMs > stillMsMax)
      throw violation("LIVENESS", { claim: "the flooded chain goes on", stillMs });
  }
}

/** Resolves to how long it took until payments were served and little waited. */
async function servesAgain(fleet: Fleet, seed: number): Promise<number> {
  const begunMs = performance.now();
  const payments = await Payments.create(fleet, createPrng(seed));
  payments.begin();
  try {
    await fleet.until("payments are served as before the flood", async () => {
      if (performance.now() - begunMs > backMsMax) {
        throw violation("LIVENESS", { claim: "normal service is back", waitedMs: backMsMax });
      }
      return (
        payments.acknowledged.length >= servedPayments && (await waitingTxs(fleet)) < roundTxs / 10
      );
    });
    return performance.now() - begunMs;
  } finally {
    await payments.end();
  }
}

async function waitingTxs(fleet: Fleet): Promise<number> {
  const counts = await Promise.all(
    fleet.nodes.map(({ rpc }) => quietly(() => rpc.call("num_unconfirmed_txs"))),
  );
  return Math.max(...counts.map((told) => numberIn(told, "total")));
}

/** Transactions of the whole chain, as the first node's index has them. */
async function committedTxs(fleet: Fleet): Promise<number> {
  const { rpc } = fleet.node(0);
  const params = { query: "tx.height>0", per_page: "1" };
  return numberIn(await rpc.call("tx_search", params), "total_count");
}

function numberIn(told: unknown, name: string): number {
  const isRecord = typeof told === "object" && told !== null;
  const value: unknown = isRecord ? new Map(Object.entries(told)).get(name) : undefined;
  return typeof value === "string" ? Number(value) : Infinity;
}

/** A flooded node may well have no answer. */
async function quietly<Value>(ask: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await sleep(50);
    return undefined;
  }
}

function residentMib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}
