/**
 * Who is told of what is pending (CometBFT's evidence reactor). Each peer gets what it lacks once
 * its height can judge it, again until it confirms, and no longer once a block carries it. What
 * peers send is checked elsewhere; a peer that sends what no correct one can is punished.
 */
import { hexFromBytes, type Result } from "#base";
import { sha256 } from "#crypto";
import { createTime, encodeEvidence, type Evidence, type Height, type Time } from "#types";
import type { EvidenceError, EvidenceErrorCode } from "./evidence-error.ts";
import { createRelayLimits, type RelayLimits } from "./relay-limits.ts";
import { isExpired, type ChainPosition } from "./verify-evidence.ts";
import { decodeFrame, encodeFrame } from "./wire.ts";

/** The peer as the wire names it. */
export type PeerId = string;

/** A verdict of the pool on what a peer sent. */
export type EvidenceVerdict = Result<"added" | "known", EvidenceError>;

export type RelayInput = { readonly now: Time } & (
  | { readonly kind: "peer-connected"; readonly peer: PeerId }
  | { readonly kind: "peer-disconnected"; readonly peer: PeerId }
  /** A frame from a peer's `evidence` stream. */
  | { readonly kind: "received"; readonly peer: PeerId; readonly bytes: Uint8Array }
  /** Answers `check`. */
  | {
      readonly kind: "checked";
      readonly peer: PeerId;
      readonly evidence: Evidence;
      readonly verdict: EvidenceVerdict;
    }
  /** After each block, and when a piece was added: all that is pending, the oldest first. */
  | {
      readonly kind: "pending-changed";
      readonly pending: readonly Evidence[];
      readonly position: ChainPosition;
    }
  | { readonly kind: "tick" }
);

export type RelayEffect =
  /** Ask the pool and answer with `checked`. */
  | { readonly kind: "check"; readonly peer: PeerId; readonly evidence: Evidence }
  /** One frame, on the `evidence` stream of each of these peers. */
  | { readonly kind: "send"; readonly peers: readonly PeerId[]; readonly bytes: Uint8Array }
  | { readonly kind: "punish"; readonly peer: PeerId; readonly reason: RelayFault }
  /** Send a `tick` at this time, and no longer at the one that was asked for before. */
  | { readonly kind: "wake"; readonly at: Time };

/** - `FRAME_MALFORMED`: the bytes are no frame, or hold more than a frame may. */
export type RelayFault = "FRAME_MALFORMED" | EvidenceErrorCode;

type Of<Kind extends RelayInput["kind"]> = Extract<RelayInput, { kind: Kind }>;

interface RelayPeer {
  /** Keys of pending pieces that it holds, as it said or showed. */
  readonly holds: Set<string>;
  readonly sent: Map<string, { readonly dueMs: number; readonly waitMs: number }>;
  checking: number;
}

interface Turn {
  readonly effects: RelayEffect[];
  readonly nowMs: number;
}

/** Refusals that may befall an honest peer: what it sent was right when it left, or merely late. */
const honestCodes: ReadonlySet<EvidenceErrorCode> = new Set([
  "HEIGHT_UNKNOWN",
  "COMMITTED",
  "POOL_FULL",
]);

export class EvidenceRelay {
  readonly #limits: RelayLimits;
  readonly #heightOf: (peer: PeerId) => Height | undefined;
  readonly #peers = new Map<PeerId, RelayPeer>();
  #pending: ReadonlyMap<string, Evidence> = new Map();
  /** The hash of what is pending, reckoned once. */
  readonly #keys = new WeakMap<Evidence, string>();
  #position: ChainPosition | undefined;
  #reviewMs: number | undefined;
  #wakeMs: number | undefined;

  /** `heightOf` is the height that a peer says it is deciding: all before it are decided there. */
  constructor(options: {
    readonly heightOf: (peer: PeerId) => Height | undefined;
    readonly limits?: Partial<RelayLimits>;
  }) {
    this.#heightOf = options.heightOf;
    this.#limits = createRelayLimits(options.limits);
  }

  step(input: RelayInput): readonly RelayEffect[] {
    const turn: Turn = { effects: [], nowMs: Number(input.now / 1_000_000n) };
    this.#take(input, turn);
    this.#review(turn);
    this.#wake(turn);
    return turn.effects;
  }

  #take(input: RelayInput, turn: Turn): void {
    switch (input.kind) {
      case "peer-connected":
        this.#peers.set(input.peer, { holds: new Set(), sent: new Map(), checking: 0 });
        this.#reviewSoon(turn.nowMs);
        return;
      case "peer-disconnected":
        this.#peers.delete(input.peer);
        return;
      case "received":
        this.#received(input, turn);
        return;
      case "checked":
        this.#checked(input, turn);
        return;
      case "pending-changed":
        this.#changed(input, turn.nowMs);
        return;
      case "tick":
        return;
    }
  }

  #received({ peer: id, bytes }: Of<"received">, turn: Turn): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    const frame = decodeFrame(bytes, this.#limits.frameItemsMax);
    if (frame === undefined) {
      this.#punish(id, { ...turn, reason: "FRAME_MALFORMED" });
      return;
    }
    if (frame.kind === "have") {
      for (const hash of frame.hashes) this.#confirmed(peer, hexFromBytes(hash));
      return;
    }
    for (const evidence of frame.evidence) {
      if (peer.checking >= this.#limits.checkingMax) return;
      peer.checking++;
      turn.effects.push({ kind: "check", peer: id, evidence });
    }
  }

  /** Of what is not pending nothing is kept: a peer may claim to hold anything. */
  #confirmed(peer: RelayPeer, key: string): void {
    if (!this.#pending.has(key)) return;
    peer.holds.add(key);
    peer.sent.delete(key);
  }

  #checked({ peer: id, evidence, verdict }: Of<"checked">, turn: Turn): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    peer.checking--;
    if (verdict.kind === "refused") {
      if (!this.#isLie(evidence, verdict.error)) return;
      this.#punish(id, { ...turn, reason: verdict.error.code });
      return;
    }
    const hash = sha256(encodeEvidence(evidence));
    this.#confirmed(peer, hexFromBytes(hash));
    turn.effects.push({
      kind: "send",
      peers: [id],
      bytes: encodeFrame({ kind: "have", hashes: [hash] }),
    });
  }

  #isLie({ voteA, time }: Evidence, { code }: EvidenceError): boolean {
    if (code !== "EXPIRED") return !honestCodes.has(code);
    if (this.#position === undefined) return false;
    const { params } = this.#position;
    const maxAgeNumBlocks = params.maxAgeNumBlocks + this.#limits.expirySlackBlocks;
    const lenient = { ...this.#position, params: { ...params, maxAgeNumBlocks } };
    return isExpired({ height: voteA.height, time }, lenient);
  }

  #punish(peer: PeerId, fault: Turn & { readonly reason: RelayFault }): void {
    this.#peers.delete(peer);
    fault.effects.push({ kind: "punish", peer, reason: fault.reason });
  }

  #changed({ pending, position }: Of<"pending-changed">, nowMs: number): void {
    this.#position = position;
    this.#pending = new Map(pending.map((evidence) => [this.#keyOf(evidence), evidence]));
    for (const { holds, sent } of this.#peers.values()) {
      for (const key of holds) if (!this.#pending.has(key)) holds.delete(key);
      for (const key of sent.keys()) if (!this.#pending.has(key)) sent.delete(key);
    }
    if (this.#pending.size > 0) this.#reviewMs = nowMs;
  }

  #keyOf(evidence: Evidence): string {
    const known = this.#keys.get(evidence);
    if (known !== undefined) return known;
    const key = hexFromBytes(sha256(encodeEvidence(evidence)));
    this.#keys.set(evidence, key);
    return key;
  }

  #reviewSoon(nowMs: number): void {
    if (this.#pending.size > 0) this.#reviewMs ??= nowMs + this.#limits.reviewMs;
  }

  #review(turn: Turn): void {
    const { nowMs, effects } = turn;
    if (this.#reviewMs === undefined || this.#reviewMs > nowMs) return;
    this.#reviewMs = undefined;
    let isAwaited = false;
    /** Peers that lack the same get the same bytes, encoded once. */
    const groups = new Map<string, { readonly peers: PeerId[]; readonly evidence: Evidence[] }>();
    for (const [id, peer] of this.#peers) {
      if (peer.holds.size < this.#pending.size) isAwaited = true;
      const due = this.#dueFor(id, { peer, nowMs });
      if (due.size === 0) continue;
      const name = [...due.keys()].join();
      const group = groups.get(name) ?? { peers: [], evidence: [...due.values()] };
      group.peers.push(id);
      groups.set(name, group);
    }
    for (const { peers, evidence } of groups.values()) {
      effects.push({ kind: "send", peers, bytes: encodeFrame({ kind: "list", evidence }) });
    }
    if (isAwaited) this.#reviewSoon(nowMs);
  }

  /** One frame's worth of what the peer lacks, can judge, and was not sent a moment ago. */
  #dueFor(
    id: PeerId,
    { peer, nowMs }: { readonly peer: RelayPeer; readonly nowMs: number },
  ): ReadonlyMap<string, Evidence> {
    const { frameItemsMax, resendMs, resendMaxMs } = this.#limits;
    const due = new Map<string, Evidence>();
    const height = this.#heightOf(id);
    if (height === undefined) return due;
    for (const [key, evidence] of this.#pending) {
      if (due.size === frameItemsMax) break;
      if (peer.holds.has(key) || !this.#canJudge(height, evidence)) continue;
      const sent = peer.sent.get(key);
      if (sent !== undefined && sent.dueMs > nowMs) continue;
      const waitMs = sent === undefined ? resendMs : Math.min(2 * sent.waitMs, resendMaxMs);
      peer.sent.set(key, { dueMs: nowMs + waitMs, waitMs });
      due.set(key, evidence);
    }
    return due;
  }

  /** The peer has decided its height, and is not so far ahead that it may be too old there. */
  #canJudge(peerHeight: Height, { voteA }: Evidence): boolean {
    if (this.#position === undefined || peerHeight <= voteA.height) return false;
    const { height, params } = this.#position;
    return peerHeight - 1n <= height || peerHeight - voteA.height <= params.maxAgeNumBlocks;
  }

  #wake({ effects, nowMs }: Turn): void {
    if (this.#wakeMs !== undefined && this.#wakeMs <= nowMs) this.#wakeMs = undefined;
    const dueMs = this.#reviewMs;
    if (dueMs === undefined || dueMs === this.#wakeMs) return;
    this.#wakeMs = dueMs;
    effects.push({ kind: "wake", at: createTime(BigInt(dueMs) * 1_000_000n) });
  }
}
