import { BlockSync, type SyncInput } from "#sync";
import { createHeight } from "#types";
import { at, stored } from "./a-chain.ts";

/** What is wrong with a node's answers. The engine of the others refuses a `wrong-block`. */
type Fault = "honest" | "wrong-block" | "silent" | "garbled";

interface SyncNode {
  readonly sync: BlockSync;
  readonly fault: Fault;
  head: bigint;
  served: number;
  wakeMs: number | undefined;
}

/** Machines with stores of so many blocks, links of 2 ms, and engines that accept honest blocks. */
export class SyncNetwork {
  readonly #nodes: readonly SyncNode[];
  readonly #loses: () => boolean;
  #flying: { from: number; to: number; bytes: Uint8Array; atMs: number }[] = [];
  #nowMs = 0;
  readonly bans: string[] = [];

  constructor(options: {
    readonly stores: readonly bigint[];
    readonly faults?: readonly Fault[];
    readonly loses?: () => boolean;
  }) {
    this.#loses = options.loses ?? ((): boolean => false);
    this.#nodes = options.stores.map((head, index) => ({
      sync: new BlockSync(),
      fault: options.faults?.[index] ?? "honest",
      head,
      served: 0,
      wakeMs: undefined,
    }));
    for (const [index, node] of this.#nodes.entries()) {
      for (const other of this.#nodes.keys()) {
        if (other === index) continue;
        this.#put(index, { kind: "peer-connected", peer: `${other}`, now: at(0) });
      }
      this.#startHeight(index, node);
    }
  }

  heightOf(index: number): bigint {
    return this.#nodes[index]?.head ?? 0n;
  }

  served(index: number): number {
    return this.#nodes[index]?.served ?? 0;
  }

  #startHeight(index: number, node: SyncNode): void {
    const height = createHeight(node.head + 1n);
    const base = createHeight(1n);
    this.#put(index, { kind: "height-started", height, base, now: at(this.#nowMs) });
  }

  #put(index: number, input: SyncInput): void {
    const node = this.#nodes[index];
    if (node === undefined) return;
    const now = at(this.#nowMs);
    for (const effect of node.sync.step(input)) {
      switch (effect.kind) {
        case "send":
          for (const peer of effect.peers)
            this.#send(index, { to: Number(peer), bytes: effect.bytes });
          break;
        case "load-block":
          this.#load(index, effect);
          break;
        case "candidate": {
          const { height, peer } = effect;
          if (this.#nodes[Number(peer)]?.fault === "wrong-block") {
            this.#put(index, { kind: "refused", height, peer, now });
            break;
          }
          node.head = height;
          this.#startHeight(index, node);
          break;
        }
        case "ban":
          this.bans.push(`${index} bans ${effect.peer}: ${effect.reason}`);
          this.#put(Number(effect.peer), { kind: "peer-disconnected", peer: `${index}`, now });
          break;
        case "wake":
          node.wakeMs = Number(effect.at / 1_000_000n);
          break;
      }
    }
  }

  #load(index: number, load: { readonly peer: string; readonly height: bigint }): void {
    const node = this.#nodes[index];
    if (node === undefined || node.fault === "silent") return;
    node.served++;
    const content = load.height <= node.head ? stored(load.height) : undefined;
    const { peer } = load;
    const height = createHeight(load.height);
    this.#put(index, { kind: "loaded", peer, height, stored: content, now: at(this.#nowMs) });
  }

  #send(from: number, frame: { readonly to: number; readonly bytes: Uint8Array }): void {
    if (this.#loses()) return;
    const bytes = frame.bytes.slice();
    if (this.#nodes[from]?.fault === "garbled" && bytes.length > 40) bytes[20] = 255;
    this.#flying.push({ from, to: frame.to, bytes, atMs: this.#nowMs + 2 });
  }

  run(ms: number): void {
    for (const endMs = this.#nowMs + ms; this.#nowMs < endMs; this.#nowMs++) {
      const now = at(this.#nowMs);
      const due = this.#flying.filter((frame) => frame.atMs <= this.#nowMs);
      this.#flying = this.#flying.filter((frame) => frame.atMs > this.#nowMs);
      for (const { from, to, bytes } of due) {
        this.#put(to, { kind: "received", peer: `${from}`, bytes, now });
      }
      for (const [index, node] of this.#nodes.entries()) {
        if (node.wakeMs === undefined || node.wakeMs > this.#nowMs) continue;
        node.wakeMs = undefined;
        this.#put(index, { kind: "tick", now });
      }
    }
  }
}
