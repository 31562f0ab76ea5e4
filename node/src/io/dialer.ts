/** Keeps trying to reach the persistent peers, later and later, each a little differently. */
import type { Libp2p } from "libp2p";
import type { Log, PeerId } from "#ports";
import type { PeerAddress } from "./peer-address.ts";
import type { WireLimits } from "./wire-limits.ts";

interface Attempt {
  readonly target: PeerAddress;
  delayMs: number;
  timer: NodeJS.Timeout | undefined;
  dialling: boolean;
}

export class Dialer {
  readonly #libp2p: Libp2p;
  readonly #limits: WireLimits;
  readonly #log: Log;
  readonly #isLinked: (peer: PeerId) => boolean;
  readonly #isBanned: (peer: PeerId) => boolean;
  readonly #attempts: ReadonlyMap<PeerId, Attempt>;
  #stopped = false;

  constructor(options: {
    readonly libp2p: Libp2p;
    readonly limits: WireLimits;
    readonly log: Log;
    readonly targets: readonly PeerAddress[];
    readonly isLinked: (peer: PeerId) => boolean;
    readonly isBanned: (peer: PeerId) => boolean;
  }) {
    this.#libp2p = options.libp2p;
    this.#limits = options.limits;
    this.#log = options.log;
    this.#isLinked = options.isLinked;
    this.#isBanned = options.isBanned;
    const { redialMsMin } = options.limits;
    this.#attempts = new Map(
      options.targets.map((target) => [
        target.peer,
        { target, delayMs: redialMsMin, timer: undefined, dialling: false },
      ]),
    );
  }

  start(): void {
    for (const attempt of this.#attempts.values()) void this.#dial(attempt);
  }

  stop(): void {
    this.#stopped = true;
    for (const { timer } of this.#attempts.values()) clearTimeout(timer);
  }

  /** The peer is there: the next loss is tried again at once. */
  reached(peer: PeerId): void {
    const attempt = this.#attempts.get(peer);
    if (attempt !== undefined) attempt.delayMs = this.#limits.redialMsMin;
  }

  /** The peer is gone, whether it was ever usable or not. */
  lost(peer: PeerId): void {
    const attempt = this.#attempts.get(peer);
    if (attempt !== undefined && !attempt.dialling) this.#later(attempt);
  }

  #later(attempt: Attempt): void {
    if (this.#stopped) return;
    clearTimeout(attempt.timer);
    const { redialMsMax } = this.#limits;
    // Peers that lost each other at one moment must not dial each other at one moment.
    const waitMs = attempt.delayMs * (0.5 + Math.random());
    attempt.delayMs = Math.min(redialMsMax, attempt.delayMs * 2);
    attempt.timer = setTimeout(() => void this.#dial(attempt), waitMs);
  }

  async #dial(attempt: Attempt): Promise<void> {
    const { peer, address } = attempt.target;
    if (this.#stopped || attempt.dialling || this.#isLinked(peer)) return;
    if (this.#isBanned(peer)) return this.#later(attempt);
    attempt.dialling = true;
    try {
      await this.#libp2p.dial(address, { signal: AbortSignal.timeout(this.#limits.dialMs) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#log.write("debug", "peer not reached", { peer, address: address.toString(), reason });
    }
    attempt.dialling = false;
    if (!this.#isLinked(peer)) this.#later(attempt);
  }
}
