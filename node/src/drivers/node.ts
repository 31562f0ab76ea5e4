/**
 * One validator: the machines of `chain`, their drivers, and the stores, joined. It knows the world
 * by its ports alone; `node/commands` and the simulator make them and hand them in.
 */
import type { Application } from "@pyralog/chain/abci";
import { Tendermint, type TendermintOptions } from "@pyralog/chain/consensus";
import type { Crypto } from "@pyralog/chain/crypto";
import { Gossip } from "@pyralog/chain/gossip";
import type { MempoolLimits } from "@pyralog/chain/mempool";
import { BlockSync } from "@pyralog/chain/sync";
import {
  createHeight,
  validatorAddress,
  type GenesisDocument,
  type PublicKey,
} from "@pyralog/chain/types";
import type { Clock, Disk, Log, Metrics, PeerId, Table, Timers, Wire, WireHandler } from "#ports";
import type { BlockStore, EventIndex, SignStore, StateStore, Wal } from "#storage";
import type { BlockExecutor } from "./block-executor.ts";
import { ConsensusDriver, type ConsensusListener, type Followed } from "./consensus-driver.ts";
import type { EvidenceDriver } from "./evidence-driver.ts";
import { EvidenceRelayDriver } from "./evidence-relay-driver.ts";
import type { NodeEvents } from "./events.ts";
import { GossipDriver } from "./gossip-driver.ts";
import type { MempoolDriver } from "./mempool-driver.ts";
import { Proposer } from "./proposer.ts";
import { Signer } from "./signer.ts";
import { SyncDriver } from "./sync-driver.ts";

export interface NodePorts {
  readonly disk: Disk;
  /** Blocks, states and evidence. */
  readonly chainTable: Table;
  readonly applicationTable: Table;
  readonly indexTable: Table;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface NodeOptions {
  readonly ports: NodePorts;
  readonly genesis: GenesisDocument;
  readonly application: Application;
  readonly crypto: Crypto;
  /** The validator's ed25519 seed. */
  readonly secretKey: Uint8Array;
  readonly timeouts: NonNullable<TendermintOptions["timeouts"]>;
  readonly mempool: Partial<MempoolLimits>;
  /** Blocks kept below the newest; zero keeps all. */
  readonly blocksKept: number;
  /** A log's segment of this size is followed by a new one. */
  readonly walSegmentBytes?: number;
  /** Called once, with what stops the node for good. */
  readonly failed: (error: unknown) => void;
}

export interface Stores {
  readonly blockStore: BlockStore;
  readonly stateStore: StateStore;
  readonly index: EventIndex;
  readonly wal: Wal;
  readonly signStore: SignStore;
}

/** What is opened and recovered before the machines of consensus are joined. */
interface Opened {
  readonly options: NodeOptions;
  readonly stores: Stores;
  readonly events: NodeEvents;
  readonly mempool: MempoolDriver;
  readonly evidence: EvidenceDriver;
  readonly executor: BlockExecutor;
}

export class Node {
  readonly events: NodeEvents;
  readonly blockStore: BlockStore;
  readonly stateStore: StateStore;
  readonly index: EventIndex;
  readonly executor: BlockExecutor;
  readonly evidence: EvidenceDriver;
  readonly mempool: MempoolDriver;
  readonly consensus: ConsensusDriver;
  readonly gossip: GossipDriver;
  readonly sync: SyncDriver;
  readonly evidenceRelay: EvidenceRelayDriver;
  readonly publicKey: PublicKey;
  readonly #ports: NodePorts;
  readonly #stores: Stores;

  constructor({ options, stores, events, mempool, evidence, executor }: Opened) {
    this.#ports = options.ports;
    this.#stores = stores;
    this.events = events;
    this.blockStore = stores.blockStore;
    this.stateStore = stores.stateStore;
    this.index = stores.index;
    this.executor = executor;
    this.evidence = evidence;
    this.mempool = mempool;
    const { crypto, secretKey, genesis, failed } = options;
    const { chainId } = genesis;
    this.publicKey = { type: "ed25519", bytes: crypto.ed25519PublicKey(secretKey) };
    const address = validatorAddress(this.publicKey);
    const { application } = options;
    const world = { ...options.ports, failed, drop: dropper(options.ports) };
    this.consensus = new ConsensusDriver({
      ...world,
      engine: new Tendermint({ chainId, crypto, self: address, timeouts: options.timeouts }),
      wal: stores.wal,
      signer: new Signer({ store: stores.signStore, secretKey, chainId, crypto }),
      proposer: new Proposer({ ...world, application, executor, mempool, evidence, address }),
      executor,
      listener: this.#listener(),
    });
    this.gossip = new GossipDriver({
      ...world,
      gossip: new Gossip({ state: () => this.consensus.roundState }),
      deliver: (input) => this.consensus.receive(input),
    });
    this.sync = new SyncDriver({
      ...world,
      sync: new BlockSync(),
      blockStore: this.blockStore,
      candidate: ({ peer, block, commit }) =>
        this.consensus.receive({ kind: "commit-received", from: peer, block, commit }),
    });
    this.evidenceRelay = new EvidenceRelayDriver({
      ...world,
      evidence,
      heightOf: (peer) => this.gossip.heightOf(peer),
    });
  }

  /** Goes on where the disk stands, then meets the peers. */
  async start(): Promise<void> {
    await this.consensus.start();
    await this.#ports.wire.start(this.#handler());
  }

  /** Ends what is under way and closes the logs; the ports stay open. */
  async stop(): Promise<void> {
    await this.#ports.wire.stop();
    this.gossip.stop();
    await this.mempool.stop();
    await this.sync.stop();
    await this.evidenceRelay.stop();
    await this.consensus.stop();
    await this.#stores.wal.close();
    await this.#stores.signStore.close();
  }

  #listener(): ConsensusListener {
    return {
      heightStarted: (height) => {
        this.sync.step({ kind: "height-started", height, base: this.blockStore.base });
      },
      followed: (effect) => {
        this.gossip.step(effect);
        this.#publish(effect);
      },
      equivocated: (pair) => {
        this.evidence.report(pair);
        this.events.publish({ kind: "equivocation", ...pair });
      },
      punish: (peer, reason) => {
        const height = this.executor.state.lastBlockHeight;
        if (reason === "COMMIT_INVALID") {
          this.sync.step({ kind: "refused", height: createHeight(height + 1n), peer });
        }
        dropper(this.#ports)(peer, reason);
      },
    };
  }

  #publish(effect: Followed): void {
    const state = this.consensus.roundState;
    if (effect.kind === "step-changed" && state !== undefined) {
      this.events.publish({ kind: "step", state });
    }
    if (effect.kind === "gained" && effect.gain.kind !== "part") this.events.publish(effect.gain);
  }

  #handler(): WireHandler {
    const byChannel = {
      consensus: this.gossip,
      transactions: this.mempool,
      sync: this.sync,
      evidence: this.evidenceRelay,
    };
    const drivers = [this.mempool, this.sync, this.gossip, this.evidenceRelay];
    return {
      connected: (peer) => {
        this.consensus.peerConnected(peer);
        for (const driver of drivers) driver.step({ kind: "peer-connected", peer });
      },
      disconnected: (peer) => {
        for (const driver of drivers) driver.step({ kind: "peer-disconnected", peer });
      },
      received: ({ peer, channel, bytes }) => {
        byChannel[channel].step({ kind: "received", peer, bytes });
      },
    };
  }
}

/** How every driver gets rid of a peer that lied. */
export function dropper({ wire, log }: NodePorts): (peer: PeerId, reason: string) => void {
  return (peer, reason) => {
    log.write("warn", "dropping a peer", { peer, reason });
    wire.ban(peer, reason);
  };
}
