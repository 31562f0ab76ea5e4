import { createPrng, type Prng } from "#base";
import type { InputBody, Timeouts } from "#consensus";
import type { GossipInput, GossipLimits } from "#gossip";
import type { SyncInput } from "#sync";
import { someValidators, type Validators } from "../consensus/some-validators.ts";
import { GossipNode } from "./gossip-node.ts";

export interface NetworkOptions {
  readonly nodes: number;
  readonly seed?: number;
  readonly linked?: (from: number, to: number) => boolean;
  /** Milliseconds that a frame takes, at least and at most: more than one value reorders. */
  readonly latencyMs?: readonly [number, number];
  /** Frames in a hundred that are lost, and that come twice. */
  readonly lostPercent?: number;
  readonly twicePercent?: number;
  readonly blockBytes?: number;
  readonly timeouts?: Partial<Timeouts>;
  readonly limits?: Partial<GossipLimits>;
  /** Validators that run no node. */
  readonly absent?: readonly number[];
}

type Channel = "consensus" | "sync";

export interface Sent {
  readonly channel: Channel;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** What comes to a node at some time. Ticks and frames get that time when they do. */
export type NodeEvent =
  | { readonly kind: "frame"; readonly from: number; readonly sent: Sent }
  | { readonly kind: "engine"; readonly input: InputBody }
  | { readonly kind: "gossip"; readonly input: GossipInput }
  | { readonly kind: "sync"; readonly input: SyncInput };

interface Timed {
  readonly atMs: number;
  readonly node: number;
  readonly event: NodeEvent;
}

export function ring(size: number): (from: number, to: number) => boolean {
  return (from, to) => (from + 1) % size === to || (to + 1) % size === from;
}

/** Nodes of engine, gossip and block sync, on one clock that jumps from event to event. */
export class GossipNetwork {
  readonly validators: Validators;
  readonly nodes: readonly GossipNode[];
  readonly prng: Prng;
  /** `from>to` of links that lose everything. */
  readonly cut = new Set<string>();
  readonly punished: string[] = [];
  nowMs = 0;
  frames = 0;
  readonly #options: NetworkOptions;
  #events: Timed[] = [];
  /** When the last frame of a `sync` stream arrives: later ones come after it. */
  readonly #syncArrivals = new Map<string, number>();

  constructor(options: NetworkOptions) {
    this.#options = options;
    this.prng = createPrng(options.seed ?? 1);
    this.validators = someValidators({ powers: Array.from({ length: options.nodes }, () => 1n) });
    this.nodes = Array.from({ length: options.nodes }, (_, index) => this.#createNode(index));
    for (const { index } of this.nodes) this.#start(index);
  }

  #createNode(index: number): GossipNode {
    const { timeouts = {}, limits = {}, blockBytes = 0 } = this.#options;
    const { validators } = this;
    return new GossipNode({
      index,
      validators,
      timeouts,
      limits,
      blockBytes,
      schedule: (atMs, event) => {
        this.#schedule({ atMs, node: index, event });
      },
      send: (sent) => {
        this.#send(index, sent);
      },
      punish: (line) => {
        this.punished.push(line);
      },
    });
  }

  #start(index: number): void {
    if (this.#isAbsent(index)) return;
    this.node(index).start(this.nowMs);
    for (const peer of this.#peersOf(index)) {
      this.node(index).connect(peer, this.nowMs);
    }
  }

  /** The node forgets all but its blocks and its sign record. */
  restart(index: number): void {
    for (const peer of this.#peersOf(index)) this.node(peer).disconnect(index, this.nowMs);
    this.node(index).forget();
    // Nothing of an old connection comes out of a new one.
    this.#events = this.#events.filter(
      ({ event, node }) => event.kind !== "frame" || (event.from !== index && node !== index),
    );
    this.#start(index);
    for (const peer of this.#peersOf(index)) this.node(peer).connect(index, this.nowMs);
  }

  #peersOf(index: number): readonly number[] {
    const { linked } = this.#options;
    return [...this.nodes.keys()].filter(
      (peer) => peer !== index && !this.#isAbsent(peer) && linked?.(index, peer) !== false,
    );
  }

  #isAbsent(index: number): boolean {
    return this.#options.absent?.includes(index) === true;
  }

  node(index: number): GossipNode {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`There is no node ${index}.`);
    return node;
  }

  /** Nothing passes from these to those. */
  cutOff(from: readonly number[], to: readonly number[]): void {
    for (const one of from) for (const other of to) this.cut.add(`${one}>${other}`);
  }

  #schedule(timed: Timed): void {
    let place = this.#events.length;
    while (place > 0 && (this.#events[place - 1]?.atMs ?? 0) > timed.atMs) place--;
    this.#events.splice(place, 0, timed);
  }

  #send(from: number, sent: Sent): void {
    const { lostPercent = 0, twicePercent = 0, latencyMs = [1, 1] } = this.#options;
    this.frames++;
    const twice = sent.channel === "consensus" && this.prng.below(100) < twicePercent;
    const copies = twice ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (this.cut.has(`${from}>${sent.to}`) || this.prng.below(100) < lostPercent) continue;
      const arrivalMs =
        this.nowMs + latencyMs[0] + this.prng.below(latencyMs[1] - latencyMs[0] + 1);
      const atMs = sent.channel === "sync" ? this.#inOrder(from, { sent, arrivalMs }) : arrivalMs;
      this.#schedule({ atMs, node: sent.to, event: { kind: "frame", from, sent } });
    }
  }

  /** Streams keep their order. Gossip is tried without that, block sync relies on it. */
  #inOrder(from: number, frame: { readonly sent: Sent; readonly arrivalMs: number }): number {
    const link = `${from}>${frame.sent.to}`;
    const atMs = Math.max(frame.arrivalMs, this.#syncArrivals.get(link) ?? 0);
    this.#syncArrivals.set(link, atMs);
    return atMs;
  }

  run(ms: number): void {
    const endMs = this.nowMs + ms;
    for (;;) {
      const [next] = this.#events;
      if (next === undefined || next.atMs > endMs) break;
      this.#events.shift();
      this.nowMs = Math.max(this.nowMs, next.atMs);
      this.node(next.node).happen(next.event, this.nowMs);
    }
    this.nowMs = endMs;
  }

  /** Runs until the condition holds; false if it does not within the time. */
  runUntil(condition: () => boolean, ms: number): boolean {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs && !condition();) this.run(10);
    return condition();
  }

  /** Gives one node a frame by hand. */
  give(to: number, frame: { readonly from: number; readonly bytes: Uint8Array }): void {
    const { from, bytes } = frame;
    const sent: Sent = { channel: "consensus", to, bytes };
    this.node(to).happen({ kind: "frame", from, sent }, this.nowMs);
  }

  get heights(): readonly number[] {
    return this.nodes.map((node) => node.height);
  }

  get rounds(): readonly number[] {
    return this.nodes.map((node) => node.roundsMore);
  }

  /** Items that came, for each that was needed. */
  get copies(): number {
    let delivered = 0;
    let duplicates = 0;
    for (const { gossip } of this.nodes) {
      delivered += gossip.counters.delivered;
      duplicates += gossip.counters.duplicates;
    }
    return (delivered + duplicates) / delivered;
  }

  /** Whether nodes that decided a height decided the same. */
  get agrees(): boolean {
    const byHeight = new Map<number, Set<string>>();
    for (const node of this.nodes) {
      for (const [height, blockId] of node.decisions) {
        const ids = byHeight.get(height) ?? new Set();
        byHeight.set(height, ids.add(blockId));
      }
    }
    return [...byHeight.values()].every((ids) => ids.size === 1);
  }
}
