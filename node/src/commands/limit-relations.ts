/** How the bounds of different parts stand to one another: each a claim, and whether it holds. */
import type { Limits } from "./limits-table.ts";

export type Relation = readonly [claim: string, holds: boolean];

/** An announcement of the most rounds, part sets and claims that ten thousand validators allow. */
const announceBytes = 128 * 1024;
/** What surrounds one transaction, part or vote in a frame of its own: tags, lengths, proofs. */
const wrapBytes = 8 * 1024;
const mebibyte = 1024 * 1024;
/** What a node may hold for others besides its own chain, pool and caches. */
const strangersBytesMax = 2304 * mebibyte;

export function relations(limits: Limits): readonly Relation[] {
  return [
    ...onTheWire(limits),
    ...onDisk(limits),
    ...betweenMachines(limits),
    ...forClients(limits),
    [
      `what peers and clients make a node hold is below ${strangersBytesMax / mebibyte} MiB`,
      heldForOthers(limits).reduce((sum, [, bytes]) => sum + bytes, 0) < strangersBytesMax,
    ],
  ];
}

function onTheWire(limits: Limits): readonly Relation[] {
  const { consensus, transactions, sync } = limits["node/ports"].messageBytesMax;
  const { partBytesMax, extensionBytesMax, validatorsMax, blockBytesCarried } =
    limits["chain/types"];
  const gossip = limits["chain/gossip"];
  const mempool = limits["chain/mempool"];
  const blocks = limits["chain/sync"];
  const { receive, queues, messageMs } = limits["node/io"];
  const commitBytes = 94 + 111 * validatorsMax;
  const served = blocks.peerRequestsPerSecond * blocks.bytesPerRequest;
  const hashes = mempool.frameItemsMax * 34;
  return [
    ["a consensus message holds a part and its proof", consensus >= partBytesMax + wrapBytes],
    ["a gossip frame holds a part", gossip.frameBytes >= partBytesMax + wrapBytes],
    [
      "a consensus message holds a vote's extension and an announcement",
      consensus >= extensionBytesMax + announceBytes + wrapBytes,
    ],
    [
      "a consensus message holds a gossip frame and an announcement",
      consensus >= gossip.frameBytes + announceBytes + wrapBytes,
    ],
    [
      "a transaction message holds the largest transaction",
      transactions >= mempool.txBytesMax + wrapBytes,
    ],
    [
      "a transaction message holds a frame of transactions",
      transactions >= mempool.frameBytes + wrapBytes,
    ],
    ["a transaction message holds a frame of hashes", transactions >= hashes + wrapBytes],
    [
      "a sync message holds the largest block and its commit",
      sync >= Number(blockBytesCarried) + commitBytes + wrapBytes,
    ],
    ["blocks held for later are more than one message", blocks.heldBytesMax >= sync],
    ["a peer is read as fast as it serves blocks", receive.sync.bytesPerSecond >= served],
    [
      "a peer is read as fast as it serves transactions",
      receive.transactions.bytesPerSecond >= mempool.servedBytesPerSecond,
    ],
    [
      "a full queue of consensus messages is read within a second",
      receive.consensus.bytesPerSecond >= queues.consensus.bytesMax,
    ],
    ["a block arrives before it is given up", messageMs > blocks.timeoutMaxMs],
  ];
}

function onDisk(limits: Limits): readonly Relation[] {
  const { recordBytesMax, signCopyBytes } = limits["node/storage"];
  const { consensus } = limits["node/ports"].messageBytesMax;
  const { extensionBytesMax } = limits["chain/types"];
  return [
    ["a record of the WAL holds the largest consensus message", recordBytesMax >= 2 * consensus],
    [
      "a sign record holds the largest extension",
      signCopyBytes >= extensionBytesMax + 8 * wrapBytes,
    ],
  ];
}

function betweenMachines(limits: Limits): readonly Relation[] {
  const mempool = limits["chain/mempool"];
  const execution = limits["chain/execution"];
  const drivers = limits["node/drivers"];
  const { blockBytesMax, blockBytesCarried, partBytesMax, partsMax } = limits["chain/types"];
  const { block, evidence } = limits.genesis;
  const consensus = limits["chain/consensus"];
  const gossip = limits["chain/gossip"];
  const relay = limits["chain/evidence"].relay;
  const inbound = limits["node/io"].inboundMax;
  return [
    [
      "the pool takes no transaction that a block may not hold",
      mempool.txBytesMax <= execution.txBytesMax,
    ],
    [
      "the largest transaction fits the default block",
      BigInt(execution.txBytesMax) < block.maxBytes,
    ],
    ["evidence fits the default block", evidence.maxBytes < block.maxBytes],
    ["the default block can be fetched", block.maxBytes <= blockBytesCarried],
    [
      "what can be fetched is within what can be a block",
      blockBytesCarried <= BigInt(blockBytesMax),
    ],
    ["the parts of the largest block have indexes", partsMax * partBytesMax >= blockBytesMax],
    [
      "decoded transactions and verdicts are remembered from the pool into the block",
      execution.transactionsRemembered >= mempool.txsMax,
    ],
    ["held parts are more than are under way", consensus.heldPartBytesMax >= 8 * partBytesMax],
    [
      "a peer's waiting messages hold what is under way to it",
      drivers.peerInputBytesMax >= gossip.partsUnderWayMax * partBytesMax,
    ],
    ["unfit parts are counted for every peer", consensus.unverifiedPeersMax >= inbound],
    [
      "every peer's evidence waits for its check",
      drivers.evidenceChecksQueuedMax >= inbound * relay.checkingMax,
    ],
    [
      "every block that is asked for waits for its loading",
      drivers.blockLoadsQueuedMax >= limits["chain/sync"].loadsMax,
    ],
    [
      "every slice of a full pool waits for its check",
      drivers.checksQueuedMax * mempool.checkSliceTxs >= mempool.txsMax,
    ],
  ];
}

function forClients(limits: Limits): readonly Relation[] {
  const rpc = limits["node/rpc"];
  const { txBytesMax } = limits["chain/execution"];
  const base64Bytes = Math.ceil((txBytesMax * 4) / 3);
  return [
    [
      "bodies in flight hold several of the largest transactions",
      rpc.bodyBytesInFlightMax >= 16 * base64Bytes,
    ],
    [
      "an answer in flight holds the largest block in base64",
      rpc.replyBytesInFlightMax >=
        (Number(limits["chain/types"].blockBytesCarried) * 4) / 3 + mebibyte,
    ],
    [
      "a message that is read slowly outlasts a request",
      limits["node/io"].messageMs > rpc.requestTimeoutMs,
    ],
  ];
}

/** The most that others can make a node hold at one time, by where it is held. */
export function heldForOthers(
  limits: Limits,
): readonly (readonly [where: string, bytes: number])[] {
  const io = limits["node/io"];
  const rpc = limits["node/rpc"];
  const sync = limits["chain/sync"];
  const consensus = limits["chain/consensus"];
  const { messageBytesMax } = limits["node/ports"];
  const channels = Object.keys(io.queues).length;
  const peers = io.inboundMax;
  return [
    ["streams that are paused", peers * channels * io.windowBytes],
    ["messages that have not arrived whole", io.unfinishedBytesMax + messageBytesMax.sync],
    [
      "messages that peers have not taken",
      io.queuedBytesMax + peers * channels * io.queuedBytesAlways,
    ],
    ["messages that wait for consensus", peers * limits["node/drivers"].peerInputBytesMax],
    ["parts of unknown blocks", consensus.unverifiedPeersMax * consensus.heldPartBytesMax],
    ["blocks that came ahead of their turn", sync.heldBytesMax + messageBytesMax.sync],
    ["bodies of requests", rpc.bodyBytesInFlightMax],
    ["answers that clients have not taken", rpc.replyBytesInFlightMax],
    ["events that clients have not taken", rpc.socketBuffersBytesMax],
    ["WebSocket messages that have not arrived whole", rpc.socketUnreadBytesMax],
    ["events that have not been matched", rpc.eventBytesQueuedMax],
  ];
}
