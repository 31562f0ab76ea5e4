/** The node itself: status, peers, consensus, application, evidence, and the subscriptions. */

import type { InfoResponse, QueryRequest } from "@pyralog/chain/abci";
import {
  bytesToJson,
  createHeight,
  createTime,
  evidenceHash,
  hexToJson,
  publicKeyToJson,
  timeToRfc3339,
  validatorAddress,
  type Json,
  type JsonObject,
} from "@pyralog/chain/types";
import { flag, height, hexBytes, text } from "./argument.ts";
import type { BlockMeta, NodeInfo, PeerConnection, RpcBackend } from "./backend.ts";
import { peerRoundToJson, roundToJson, roundToSummary } from "./consensus-dump.ts";
import { evidence, type GivenEvidence } from "./evidence-argument.ts";
import { newestPlanned } from "./heights.ts";
import type { Answer } from "./response.ts";
import type { Caller, Route } from "./route.ts";
import { refusal, RpcError } from "./rpc-error.ts";
import type { Client, Subscriptions } from "./subscriptions.ts";

export function nodeMethods(backend: RpcBackend): Readonly<Record<string, Route>> {
  return {
    health: plain(() => ({})),
    status: plain(() => status(backend)),
    net_info: plain(() => netInfo(backend)),
    consensus_state: plain(() => ({ round_state: roundToSummary(backend.node.round()) })),
    dump_consensus_state: plain(() => dump(backend)),
    abci_info: {
      names: [],
      // As the original, which lets caches keep what changes with every block.
      bind: () => ({ cacheable: true, run: () => abciInfo(backend) }),
    },
    abci_query: {
      names: ["path", "data", "height", "prove"],
      bind: (take) => {
        const path = take("path", text);
        const data = take("data", hexBytes);
        const at = take("height", height);
        const prove = take("prove", flag);
        return { cacheable: false, run: () => abciQuery(backend, { path, data, at, prove }) };
      },
    },
    broadcast_evidence: {
      names: ["evidence"],
      bind: (take) => {
        const given = take("evidence", evidence);
        return { cacheable: false, run: () => broadcastEvidence(backend, given) };
      },
    },
  };
}

export function socketMethods(subscriptions: Subscriptions): Readonly<Record<string, Route>> {
  return {
    subscribe: withQuery((client, request) => subscriptions.subscribe(client, request)),
    unsubscribe: withQuery((client, { query }) => subscriptions.unsubscribe(client, query)),
    unsubscribe_all: {
      names: [],
      socketOnly: true,
      bind: () => ({
        cacheable: false,
        run: (caller) => {
          subscriptions.unsubscribeAll(clientOf(caller));
          return {};
        },
      }),
    },
  };
}

function withQuery(
  run: (client: Client, request: { readonly id: string; readonly query: string }) => void,
): Route {
  return {
    names: ["query"],
    socketOnly: true,
    bind: (take) => {
      const query = take("query", text);
      return {
        cacheable: false,
        run: (caller) => {
          run(clientOf(caller), { id: caller.id, query });
          return {};
        },
      };
    },
  };
}

function clientOf({ client }: Caller): Client {
  if (client !== undefined) return client;
  throw new RpcError({ code: "METHOD_UNKNOWN", message: "" });
}

function plain(run: () => Answer | Promise<Answer>): Route {
  return { names: [], bind: () => ({ cacheable: false, run }) };
}

async function status(backend: RpcBackend): Promise<Json> {
  const { blocks, node, states } = backend;
  const [base, newest] = [blocks.base(), blocks.height()];
  const earliest = base === 0n ? undefined : await blocks.meta(base);
  const latest = newest === 0n ? undefined : await blocks.meta(newest);
  const key = node.validatorKey();
  const address = validatorAddress(key);
  const set = await states.validators(newestPlanned(backend));
  const index = set?.indexOf(address);
  const power = index === undefined ? 0n : (set?.validators[index]?.power ?? 0n);
  return {
    node_info: nodeInfoToJson(node.info()),
    sync_info: {
      ...edgeToJson("latest", latest),
      ...edgeToJson("earliest", earliest),
      catching_up: node.syncing(),
    },
    validator_info: {
      address: hexToJson(address),
      pub_key: publicKeyToJson(key),
      voting_power: String(power),
    },
  };
}

function edgeToJson(edge: "latest" | "earliest", meta: BlockMeta | undefined): JsonObject {
  const { header, blockId } = meta ?? {};
  return {
    [`${edge}_block_hash`]: blockId === undefined ? "" : hexToJson(blockId.hash),
    [`${edge}_app_hash`]: header === undefined ? "" : hexToJson(header.appHash),
    [`${edge}_block_height`]: String(header?.height ?? 0),
    [`${edge}_block_time`]: timeToRfc3339(header?.time ?? createTime(0n)),
  };
}

function nodeInfoToJson(info: NodeInfo): JsonObject {
  return {
    protocol_version: {
      p2p: String(info.protocol.p2p),
      block: String(info.protocol.block),
      app: String(info.protocol.app),
    },
    id: info.id,
    listen_addr: info.listenAddress,
    network: info.network,
    version: info.version,
    channels: hexToJson(info.channels),
    moniker: info.moniker,
    other: info.other,
  };
}

function netInfo({ node }: RpcBackend): Json {
  const peers = node.peers();
  return {
    listening: node.listening(),
    listeners: node.listeners(),
    n_peers: String(peers.length),
    peers: peers.map(peerToJson),
  };
}

function peerToJson(peer: PeerConnection): JsonObject {
  return {
    node_info: nodeInfoToJson(peer.info),
    is_outbound: peer.outbound,
    connection_status: {
      Duration: nanoseconds(peer.connectedMs),
      SendMonitor: monitorToJson(peer.sentBytes, peer.connectedMs),
      RecvMonitor: monitorToJson(peer.receivedBytes, peer.connectedMs),
      Channels: [],
    },
    remote_ip: peer.remoteIp,
  };
}

/** CometBFT's flow meter, of which only totals and the mean rate are measured here. */
function monitorToJson(bytes: number, connectedMs: number): JsonObject {
  const rate = String(Math.round(bytes / Math.max(connectedMs / 1000, 1)));
  const none = "0";
  return {
    Start: timeToRfc3339(createTime(0n)),
    Bytes: String(bytes),
    Samples: none,
    InstRate: rate,
    CurRate: rate,
    AvgRate: rate,
    PeakRate: rate,
    BytesRem: none,
    Duration: nanoseconds(connectedMs),
    Idle: none,
    TimeRem: none,
    Progress: 0,
    Active: true,
  };
}

function nanoseconds(milliseconds: number): string {
  return String(BigInt(Math.round(milliseconds)) * 1_000_000n);
}

async function dump({ node, states }: RpcBackend): Promise<Json> {
  const round = node.round();
  const last =
    round.height > 1n ? await states.validators(createHeight(round.height - 1n)) : undefined;
  return {
    round_state: roundToJson(round, last),
    peers: node.peerRounds().map(peerRoundToJson),
  };
}

async function abciInfo({ application }: RpcBackend): Promise<Json> {
  return { response: infoToJson(await application.info()) };
}

/** As Go writes this one: what is empty or zero is left out. */
function infoToJson(info: InfoResponse): JsonObject {
  const { data, version, appVersion, lastBlockHeight, lastBlockAppHash } = info;
  return {
    ...(data === "" ? {} : { data }),
    ...(version === "" ? {} : { version }),
    ...(appVersion === 0n ? {} : { app_version: String(appVersion) }),
    ...(lastBlockHeight === 0n ? {} : { last_block_height: String(lastBlockHeight) }),
    ...(lastBlockAppHash.length === 0
      ? {}
      : { last_block_app_hash: bytesToJson(lastBlockAppHash) }),
  };
}

async function abciQuery(
  { application }: RpcBackend,
  { at, ...query }: Omit<QueryRequest, "height"> & { readonly at: bigint },
): Promise<Json> {
  if (at < 0n) throw refusal(`height must not be negative, but got ${String(at)}`);
  const answer = await application.query({ ...query, height: createHeight(at) });
  const ops = answer.proofOps.map(({ type, key, data }) => ({
    type,
    key: bytesToJson(key),
    data: bytesToJson(data),
  }));
  return {
    response: {
      code: answer.code,
      log: answer.log,
      info: answer.info,
      index: String(answer.index),
      key: bytesToJson(answer.key),
      value: bytesToJson(answer.value),
      proofOps: ops.length === 0 ? null : { ops },
      height: String(answer.height),
      codespace: answer.codespace,
    },
  };
}

async function broadcastEvidence({ node }: RpcBackend, given: GivenEvidence): Promise<Json> {
  switch (given.kind) {
    case "none":
      throw refusal("no evidence was provided");
    case "baseless":
      throw refusal(`evidence.ValidateBasic failed: ${given.reason}`);
    case "given": {
      const added = await node.addEvidence(given.evidence);
      if (added.kind === "refused") {
        throw refusal(`failed to add evidence: ${added.error.message}`);
      }
      return { hash: bytesToJson(evidenceHash(given.evidence)) };
    }
  }
}
