/** Carries out what block sync asks for: frames, blocks out of the store, candidates, wake-ups. */
import type { BlockSync, SyncEffect, SyncInput } from "@pyralog/chain/sync";
import { concatBytes } from "@pyralog/chain/base";
import { encodeCommit, type Height } from "@pyralog/chain/types";
import { messageBytesMax, type Clock, type PeerId, type Timers, type Wire } from "#ports";
import type { BlockStore } from "#storage";
import { driverLimits } from "./limits.ts";
import { Mailbox } from "./mailbox.ts";
import { monotonicTime } from "./monotonic-time.ts";
import { Waker } from "./waker.ts";

type Timeless<Input> = Input extends unknown ? Omit<Input, "now"> : never;
type Candidate = Extract<SyncEffect, { kind: "candidate" }>;
type LoadBlock = Extract<SyncEffect, { kind: "load-block" }>;

/** Tags, lengths and the height around a block and its commit. */
const frameBytes = 64;

export class SyncDriver {
  readonly #sync: BlockSync;
  readonly #blockStore: BlockStore;
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #waker: Waker;
  readonly #candidate: (candidate: Candidate) => void;
  readonly #drop: (peer: PeerId, reason: string) => void;
  readonly #loads: Mailbox<LoadBlock>;

  constructor(options: {
    readonly sync: BlockSync;
    readonly blockStore: BlockStore;
    readonly wire: Wire;
    readonly clock: Clock;
    readonly timers: Timers;
    readonly candidate: (candidate: Candidate) => void;
    readonly drop: (peer: PeerId, reason: string) => void;
    readonly failed: (error: unknown) => void;
  }) {
    this.#sync = options.sync;
    this.#blockStore = options.blockStore;
    this.#wire = options.wire;
    this.#clock = options.clock;
    this.#waker = new Waker(options, () => this.step({ kind: "tick" }));
    this.#candidate = options.candidate;
    this.#drop = options.drop;
    this.#loads = new Mailbox({
      handle: (load) => this.#load(load),
      failed: options.failed,
      inputsMax: driverLimits.blockLoadsQueuedMax,
    });
  }

  get catchingUp(): boolean {
    return this.#sync.isCatchingUp;
  }

  step(input: Timeless<SyncInput>): void {
    const now = monotonicTime(this.#clock);
    for (const effect of this.#sync.step({ ...input, now })) this.#perform(effect);
  }

  stop(): Promise<void> {
    this.#waker.stop();
    return this.#loads.close();
  }

  #perform(effect: SyncEffect): void {
    switch (effect.kind) {
      case "send":
        for (const peer of effect.peers) {
          this.#wire.send({ peer, channel: "sync", bytes: effect.bytes });
        }
        return;
      case "candidate":
        this.#candidate(effect);
        return;
      case "load-block":
        this.#loads.offer(effect);
        return;
      case "ban":
        this.#drop(effect.peer, effect.reason);
        return;
      case "wake":
        this.#waker.wakeAt(effect.at);
        return;
    }
  }

  async #load({ peer, height }: LoadBlock): Promise<void> {
    const stored = await this.#stored(height);
    this.step({ kind: "loaded", peer, height, stored });
  }

  async #stored(
    height: Height,
  ): Promise<{ readonly block: Uint8Array; readonly commit: Uint8Array } | undefined> {
    const meta = await this.#blockStore.loadMeta(height);
    const commit = await this.#blockStore.loadSeenCommit(height);
    if (meta === undefined || commit === undefined) return undefined;
    const parts: Uint8Array[] = [];
    for (let index = 0; index < meta.blockId.parts.total; index++) {
      const part = await this.#blockStore.loadPart(height, index);
      if (part === undefined) return undefined;
      parts.push(part.bytes);
    }
    const stored = { block: concatBytes(parts), commit: encodeCommit(commit) };
    const bytes = stored.block.length + stored.commit.length + frameBytes;
    // Whoever asks for what no message carries must not stop the node by it.
    return bytes > messageBytesMax.sync ? undefined : stored;
  }
}
