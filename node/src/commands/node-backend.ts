/** What the RPC reads and asks of a running node, over its stores and drivers. */
import { peerIdFromString } from "@libp2p/peer-id";
import type { Application } from "@pyralog/chain/abci";
import { defined, hexFromBytes } from "@pyralog/chain/base";
import type { RoundState } from "@pyralog/chain/consensus";
import { ed25519Address } from "@pyralog/chain/crypto";
import { validatorAddress, type Validator } from "@pyralog/chain/types";
import { runSliced, takingTurns, type CommittedBlock, type Node, type NodeEvent } from "#drivers";
import type { Clock, ObservedWire, Timers } from "#ports";
import type { NodeAccess, NodeEvent as RpcEvent, NodeInfo, PeerConnection, RpcBackend } from "#rpc";
import { answerFromThePast } from "./past-transactions.ts";
import { RoundEvents } from "./round-events.ts";

export interface BackendParts {
  readonly node: Node;
  readonly application: Application;
  readonly genesisText: string;
  readonly wire: ObservedWire;
  readonly info: NodeInfo;
  readonly listeners: readonly string[];
  readonly clock: Clock;
  readonly timers: Timers;
}

export function createBackend(parts: BackendParts): RpcBackend {
  const { node, application } = parts;
  const { blockStore, stateStore, index, mempool } = node;
  const world = { clock: parts.clock, timers: takingTurns(parts.timers) };
  return {
    blocks: {
      base: () => blockStore.base,
      // Only what is indexed too: whoever sees a height finds everything of it.
      height: () => index.height,
      meta: async (height) => {
        const meta = await blockStore.loadMeta(height);
        return meta === undefined ? undefined : { ...meta, sizeBytes: meta.size };
      },
      block: (height) => blockStore.loadBlock(height),
      heightOf: (hash) => blockStore.heightOf(hash),
      commit: (height) => blockStore.loadCommit(height),
      seenCommit: (height) => blockStore.loadSeenCommit(height),
    },
    states: {
      results: (height) => stateStore.loadResults(height),
      validators: (height) => stateStore.loadValidators(height),
      consensusParams: (height) => stateStore.loadParams(height),
    },
    index: {
      tx: (hash) => index.tx(hash),
      searchTxs: (search) => index.searchTxs(search),
      searchBlocks: (search) => index.searchBlocks(search),
    },
    pool: {
      count: () => mempool.pool.size,
      bytes: () => mempool.pool.bytes,
      txs: (limit) => mempool.pool.list(limit),
      submit: (tx) => mempool.submit(tx),
    },
    application: {
      info: () => application.info(),
      query: async (request) => {
        const past = await answerFromThePast(node, request);
        if (past !== undefined) return past;
        // Not with the others that arrived in the same turn of the loop.
        await world.timers.pause();
        return runSliced(application.query(request), world);
      },
      check: (tx) => application.checkTx({ tx, kind: "new" }),
    },
    node: nodeAccess(parts),
  };
}

function nodeAccess(parts: BackendParts): NodeAccess {
  const { node, wire, clock } = parts;
  return {
    genesis: () => parts.genesisText,
    info: () => parts.info,
    validatorKey: () => node.publicKey,
    syncing: () => node.sync.catchingUp,
    listening: () => true,
    listeners: () => parts.listeners,
    peers: () => wire.peers().map((peer) => connectionOf(peer, { info: parts.info, clock })),
    peerRounds: () => [],
    round: () => roundOf(node),
    addEvidence: async (evidence) => {
      const added = await node.evidence.add(evidence, "client");
      return added.kind === "refused" ? added : { kind: "ok", value: undefined };
    },
    subscribe: (listener) => {
      const rounds = new RoundEvents();
      return node.events.subscribe((event) => {
        for (const published of rpcEventsOf(event, { node, rounds })) listener(published);
      });
    },
  };
}

function roundOf(node: Node): RoundState {
  return defined(node.consensus.roundState, "the RPC opens once a height was begun");
}

function connectionOf(
  peer: ReturnType<ObservedWire["peers"]>[number],
  here: { readonly info: NodeInfo; readonly clock: Clock },
): PeerConnection {
  const [host = ""] = peer.address.split(":");
  return {
    info: {
      ...here.info,
      id: nodeIdFromPeerId(peer.peer),
      listenAddress: peer.address,
      moniker: peer.peer,
    },
    outbound: peer.direction === "outbound",
    remoteIp: host,
    connectedMs: peer.connectedMs,
    sentBytes: peer.bytesSent,
    receivedBytes: peer.bytesReceived,
  };
}

/** CometBFT's form of a node id: the address of the node key, in hexadecimal digits. */
function nodeIdFromPeerId(peer: string): string {
  const { publicKey } = peerIdFromString(peer);
  return publicKey === undefined ? "" : hexFromBytes(ed25519Address(publicKey.raw));
}

function* rpcEventsOf(
  event: NodeEvent,
  here: { readonly node: Node; readonly rounds: RoundEvents },
): Generator<RpcEvent> {
  switch (event.kind) {
    case "block":
      yield committedEvent(event);
      return;
    case "step":
      yield* here.rounds.changed(event.state);
      return;
    case "proposal":
      yield here.rounds.proposed(event.proposal, roundOf(here.node));
      return;
    case "vote":
      yield event;
      return;
    case "equivocation":
      return;
  }
}

function committedEvent({ block, blockId, response, state }: CommittedBlock): RpcEvent {
  const { nextValidators } = state;
  const validatorUpdates = response.validatorUpdates.map((update): Validator => {
    const address = validatorAddress(update.publicKey);
    const index = nextValidators.indexOf(address);
    const known = index === undefined ? undefined : nextValidators.validators[index];
    return known ?? { ...update, address, proposerPriority: 0n };
  });
  return { kind: "block-committed", block, blockId, results: response, validatorUpdates };
}
