import type { CheckTxResponse } from "#abci";
import { assert, ok, refused, type Result } from "#base";
import { sha256 } from "#crypto";
import type { Height, Time } from "#types";
import { Checks, type Checking } from "./checks.ts";
import { answer, punishment } from "./effects.ts";
import { senderEventOf, type Entry, type Sender } from "./entry.ts";
import { HashCache } from "./hash-cache.ts";
import { keyFromHash } from "./key.ts";
import { createMempoolLimits, type MempoolLimits } from "./limits.ts";
import type { BlockLimits, MempoolCounters, MempoolEffect, MempoolInput, PeerId } from "./model.ts";
import { blockBytesOf, Pool, type ReapLimits } from "./pool.ts";
import * as refusal from "./refusal.ts";
import { Relay } from "./relay.ts";
import { Standing } from "./standing.ts";
import { msFromTime, timeFromMs } from "./times.ts";
import { decodeFrame } from "./wire.ts";

type Of<Kind extends MempoolInput["kind"]> = Extract<MempoolInput, { kind: Kind }>;
type Counts = { -readonly [Name in keyof MempoolCounters]: number };

/**
 * The pool of transactions that wait for a block. Every `submitted` input gets one `answer`
 * effect; every `check` effect wants one `checked` input with a result for each transaction.
 */
export class Mempool {
  readonly #limits: MempoolLimits;
  readonly #pool = new Pool();
  readonly #cache: HashCache;
  readonly #checks: Checks;
  readonly #relay: Relay;
  readonly #standing: Standing;
  readonly #counts: Counts = {
    admitted: 0,
    failed: 0,
    rejected: 0,
    evicted: 0,
    rechecked: 0,
    receivedTwice: 0,
  };
  #block: BlockLimits;
  #wakeMs: number | undefined;

  constructor(options: {
    readonly limits?: Partial<MempoolLimits>;
    readonly block: BlockLimits;
    /** The last committed height. */
    readonly height: Height;
  }) {
    this.#limits = createMempoolLimits(options.limits);
    const shared = { limits: this.#limits, pool: this.#pool };
    this.#block = options.block;
    this.#cache = new HashCache(this.#limits.cacheHashesMax);
    this.#checks = new Checks({ ...shared, height: options.height });
    this.#relay = new Relay(shared);
    this.#standing = new Standing(this.#limits);
  }

  step(input: MempoolInput): readonly MempoolEffect[] {
    const effects: MempoolEffect[] = [];
    const nowMs = msFromTime(input.now);
    this.#take(input, effects);
    effects.push(...this.#checks.next(), ...this.#relay.effects(nowMs));
    this.#wake(effects, nowMs);
    return effects;
  }

  #take(input: MempoolInput, effects: MempoolEffect[]): void {
    switch (input.kind) {
      case "submitted":
        this.#submitted(input, effects);
        return;
      case "received":
        this.#received(input, effects);
        return;
      case "checked":
        this.#checked(input, effects);
        return;
      case "block-committed":
        this.#blockCommitted(input);
        return;
      case "peer-connected":
        this.#standing.connected(input.peer, msFromTime(input.now));
        this.#relay.connected(input.peer, msFromTime(input.now));
        return;
      case "peer-disconnected":
        this.#standing.disconnected(input.peer);
        this.#relay.disconnected(input.peer);
        return;
      case "tick":
        return;
    }
  }

  #wake(effects: MempoolEffect[], nowMs: number): void {
    if (this.#wakeMs !== undefined && this.#wakeMs <= nowMs) this.#wakeMs = undefined;
    const dueMs = this.#relay.dueMs;
    if (dueMs === undefined || dueMs === this.#wakeMs) return;
    this.#wakeMs = dueMs;
    effects.push({ kind: "wake", at: timeFromMs(dueMs) });
  }

  #submitted({ id, tx }: Of<"submitted">, effects: MempoolEffect[]): void {
    const hash = sha256(tx);
    const key = keyFromHash(hash);
    const error = this.#refusalBefore(tx) ?? this.#refusalAsKnown(key);
    if (error !== undefined) {
      if (error.code !== "TX_IN_CACHE") this.#counts.rejected++;
      effects.push(answer({ id, hash }, refused(error)));
      return;
    }
    const source = { kind: "client", id } as const;
    this.#checks.add({ key, hash, tx, source, holders: [] });
  }

  /** In CometBFT's order: room first, then size, then the block's limit, then the cache. */
  #refusalBefore(tx: Uint8Array): refusal.MempoolRefusal | undefined {
    if (this.#isFull(tx.length)) return this.#full();
    const { txBytesMax } = this.#limits;
    if (tx.length > txBytesMax) return refusal.txTooLarge({ got: tx.length, max: txBytesMax });
    const max = this.#block.txBytesMax;
    const got = blockBytesOf(tx);
    return max >= 0 && got > max ? refusal.txOverBlock({ got, max }) : undefined;
  }

  #refusalAsKnown(key: string): refusal.MempoolRefusal | undefined {
    const known = this.#pool.get(key) !== undefined || this.#checks.get(key) !== undefined;
    return !this.#cache.push(key) || known ? refusal.txInCache : undefined;
  }

  /** Full with what is being checked; beyond it go only a few that may take another's place. */
  #isFull(bytesMore: number): boolean {
    const { txsMax, poolBytesMax, overCheckingMax } = this.#limits;
    const mayYield = this.#pool.mayYield;
    const txs = this.#pool.size + this.#checks.size;
    const bytes = this.#pool.bytes + this.#checks.bytes + bytesMore;
    if (txs < txsMax && bytes <= poolBytesMax) return false;
    return !mayYield || this.#checks.size >= overCheckingMax;
  }

  #full(): refusal.MempoolRefusal {
    return refusal.mempoolFull({
      txs: this.#pool.size + this.#checks.size,
      txsMax: this.#limits.txsMax,
      bytes: this.#pool.bytes + this.#checks.bytes,
      bytesMax: this.#limits.poolBytesMax,
    });
  }

  #received({ peer, bytes, now }: Of<"received">, effects: MempoolEffect[]): void {
    if (!this.#standing.isConnected(peer)) return;
    const frame = decodeFrame(bytes, this.#limits.frameItemsMax);
    if (frame === undefined) {
      effects.push(punishment(peer, "a transaction frame does not decode"));
      return;
    }
    const nowMs = msFromTime(now);
    switch (frame.kind) {
      case "txs":
        for (const tx of frame.txs) this.#receivedTx(tx, { peer, nowMs });
        return;
      case "have":
        for (const hash of frame.hashes) this.#announced(keyFromHash(hash), { peer, nowMs });
        return;
      case "want":
        this.#relay.asked(frame.hashes, { peer, nowMs });
        return;
    }
  }

  #receivedTx(view: Uint8Array, from: { readonly peer: PeerId; readonly nowMs: number }): void {
    const { peer, nowMs } = from;
    const hash = sha256(view);
    const key = keyFromHash(hash);
    this.#relay.arrived(key);
    if (this.#noteHolder(key, peer) || this.#cache.has(key)) {
      this.#counts.receivedTwice++;
      return;
    }
    const room = this.#checks.ofPeer(peer) < this.#limits.peerCheckingMax;
    if (!room || !this.#standing.isHeard(peer, nowMs) || this.#refusalBefore(view) !== undefined) {
      this.#counts.rejected++;
      return;
    }
    this.#cache.push(key);
    // A copy, so that one small transaction does not keep a whole frame in memory.
    const tx = view.slice();
    const source = { kind: "peer", peer } as const;
    this.#checks.add({ key, hash, tx, source, holders: [peer] });
  }

  #announced(key: string, from: { readonly peer: PeerId; readonly nowMs: number }): void {
    if (this.#noteHolder(key, from.peer) || this.#cache.has(key)) return;
    this.#relay.wants(key, from);
  }

  /** True where the transaction is in the pool or on its way into it. */
  #noteHolder(key: string, peer: PeerId): boolean {
    const held = this.#pool.get(key) ?? this.#checks.get(key);
    if (held === undefined) return false;
    if (!held.holders.includes(peer)) held.holders.push(peer);
    return true;
  }

  #checked({ height, results, now }: Of<"checked">, effects: MempoolEffect[]): void {
    const outdated: Checking[] = [];
    const late = height !== this.#checks.height;
    for (const { key, response } of results) {
      const checking = this.#checks.get(key);
      if (checking === undefined) {
        if (response !== undefined && !late) this.#rechecked(key, response);
        continue;
      }
      this.#checks.returned(checking);
      if (response === undefined || (response.code !== 0 && late && !checking.committed)) {
        outdated.push(checking);
        continue;
      }
      this.#checks.remove(checking);
      const outcome = this.#admit(checking, { response, height, now });
      if (outcome.kind === "refused" || outcome.value.code !== 0) {
        this.#letGo(checking, outcome);
        effects.push(...this.#blame(checking, { response, nowMs: msFromTime(now) }));
      }
      const { source, hash } = checking;
      if (source.kind === "client") effects.push(answer({ id: source.id, hash }, outcome));
    }
    this.#checks.askAgain(outdated);
  }

  #blame(
    { source }: Checking,
    failed: { readonly response: CheckTxResponse; readonly nowMs: number },
  ): readonly MempoolEffect[] {
    if (source.kind === "client" || this.#standing.excuses(source.peer, failed)) return [];
    return [punishment(source.peer, "what it sends are no transactions")];
  }

  /** What was not let in for its own fault may stay in the cache; what lacked room may not. */
  #letGo(
    { key, committed }: Checking,
    outcome: Result<CheckTxResponse, refusal.MempoolRefusal>,
  ): void {
    if (committed) return;
    const lackedRoom = outcome.kind === "refused" && outcome.error.code.endsWith("_FULL");
    if (lackedRoom || !this.#limits.keepInvalid) this.#cache.remove(key);
    if (lackedRoom) this.#counts.rejected++;
    else this.#counts.failed++;
  }

  #admit(
    checking: Checking,
    check: { readonly response: CheckTxResponse; readonly height: Height; readonly now: Time },
  ): Result<CheckTxResponse, refusal.MempoolRefusal> {
    const { response, height, now } = check;
    if (response.code !== 0) return ok(response);
    if (checking.committed) return refused(refusal.txInCache);
    const gasRefusal = refusal.ofGas(response.gasWanted, this.#block.gasMax);
    if (gasRefusal !== undefined) return refused(gasRefusal);
    const entry = this.#entryOf(checking, check);
    const { sender } = entry;
    if (sender !== undefined) {
      const max = sender.named ? this.#limits.senderTxsMax : this.#limits.peerTxsMax;
      if (sender.entries.length >= max) {
        return refused(refusal.senderFull({ name: sender.name, max }));
      }
    }
    if (!this.#makeRoom(entry)) return refused(this.#full());
    this.#pool.add(entry);
    this.#counts.admitted++;
    if (height < this.#checks.height) this.#checks.enteredLate();
    const whole = checking.source.kind === "client";
    this.#relay.admitted(entry, { whole, nowMs: msFromTime(now) });
    return ok(response);
  }

  #entryOf(
    checking: Checking,
    check: { readonly response: CheckTxResponse; readonly height: Height; readonly now: Time },
  ): Entry {
    const { key, hash, tx, source, holders } = checking;
    const gasWanted = check.response.gasWanted > 0n ? check.response.gasWanted : 0n;
    const event = senderEventOf(check.response);
    return {
      key,
      hash,
      tx,
      holders,
      gasWanted,
      price: event === undefined ? 0n : event.fee / (gasWanted > 0n ? gasWanted : 1n),
      sequence: event?.sequence ?? 0n,
      sender: this.#senderOf(source, event?.sender),
      addedMs: msFromTime(check.now),
      checkedAt: check.height,
      gone: false,
    };
  }

  #senderOf(source: Checking["source"], named: string | undefined): Sender | undefined {
    if (named !== undefined) return this.#pool.sender(named, true);
    return source.kind === "peer" ? this.#pool.sender(source.peer, false) : undefined;
  }

  #makeRoom(entry: Entry): boolean {
    const { txsMax, poolBytesMax } = this.#limits;
    const bytes = this.#pool.bytes + entry.tx.length;
    if (this.#pool.size < txsMax && bytes <= poolBytesMax) return true;
    if (entry.sender?.named !== true) return false;
    const senderTxs = entry.sender.entries.length;
    const yielding = this.#pool.yielding({ senderTxs, price: entry.price });
    if (yielding === undefined || bytes - yielding.tx.length > poolBytesMax) return false;
    this.#drop(yielding);
    this.#counts.evicted++;
    return true;
  }

  /** Takes it out of the pool, and lets it be tried again. */
  #drop(entry: Entry): void {
    this.#pool.remove(entry);
    this.#cache.remove(entry.key);
  }

  #rechecked(key: string, response: CheckTxResponse): void {
    this.#checks.answered();
    this.#counts.rechecked++;
    const entry = this.#pool.get(key);
    if (entry === undefined) return;
    const passes =
      response.code === 0 && refusal.ofGas(response.gasWanted, this.#block.gasMax) === undefined;
    if (passes) {
      entry.checkedAt = this.#checks.height;
      return;
    }
    this.#counts.failed++;
    this.#pool.remove(entry);
    if (!this.#limits.keepInvalid) this.#cache.remove(key);
  }

  #blockCommitted(input: Of<"block-committed">): void {
    assert(input.txs.length === input.codes.length, "each transaction of a block has a result");
    this.#block = input.block;
    for (const [index, tx] of input.txs.entries()) {
      const key = keyFromHash(sha256(tx));
      this.#relay.arrived(key);
      if (input.codes[index] === 0) this.#cache.push(key);
      else if (!this.#limits.keepInvalid) this.#cache.remove(key);
      const entry = this.#pool.get(key);
      if (entry !== undefined) this.#pool.remove(entry);
      const checking = this.#checks.get(key);
      if (checking !== undefined) checking.committed = true;
    }
    this.#checks.committed(input.height);
  }

  /** The pool forgets transactions on which execution has to stop, and does not take them back. */
  remove(txs: readonly Uint8Array[]): void {
    for (const tx of txs) {
      const key = keyFromHash(sha256(tx));
      const entry = this.#pool.get(key);
      if (entry !== undefined) this.#pool.remove(entry);
      this.#cache.push(key);
    }
  }

  /** What a proposer may put into a block, in the order of the pool; nothing is taken out. */
  reap(limits: ReapLimits): readonly Uint8Array[] {
    return this.#pool.reap(limits).map((entry) => entry.tx);
  }

  /** The first so many that wait. */
  list(limit: number): readonly Uint8Array[] {
    const txs: Uint8Array[] = [];
    for (const entry of this.#pool.values()) {
      if (txs.length >= limit) break;
      txs.push(entry.tx);
    }
    return txs;
  }

  has(hash: Uint8Array): boolean {
    return this.#pool.get(keyFromHash(hash)) !== undefined;
  }

  get size(): number {
    return this.#pool.size;
  }

  get bytes(): number {
    return this.#pool.bytes;
  }

  get counters(): MempoolCounters {
    return this.#counts;
  }
}
