import { isUndecodable, type CheckTxResponse } from "#abci";
import { Allowance } from "#base";
import type { MempoolLimits } from "./limits.ts";
import type { PeerId } from "./model.ts";

interface Account {
  readonly failures: Allowance;
  readonly faults: Allowance;
}

/**
 * What each connected peer's transactions were worth. Most refusals depend on a state that the peer
 * may have been ahead of or behind, so they only cost it attention; what nobody who checks would
 * ever have relayed costs it the connection, after some patience.
 */
export class Standing {
  readonly #limits: MempoolLimits;
  readonly #accounts = new Map<PeerId, Account>();

  constructor(limits: MempoolLimits) {
    this.#limits = limits;
  }

  connected(peer: PeerId, nowMs: number): void {
    const { peerFailuresPerSecond, peerFailuresMax, peerFaultsPerSecond, peerFaultsMax } =
      this.#limits;
    this.#accounts.set(peer, {
      failures: new Allowance({ perSecond: peerFailuresPerSecond, max: peerFailuresMax, nowMs }),
      faults: new Allowance({ perSecond: peerFaultsPerSecond, max: peerFaultsMax, nowMs }),
    });
  }

  disconnected(peer: PeerId): void {
    this.#accounts.delete(peer);
  }

  isConnected(peer: PeerId): boolean {
    return this.#accounts.has(peer);
  }

  /** Whether more of the peer's transactions are worth a check. */
  isHeard(peer: PeerId, nowMs: number): boolean {
    return this.#accounts.get(peer)?.failures.isLeft(nowMs) ?? false;
  }

  /** A transaction of the peer was not let in. False, once, where its patience is at an end. */
  excuses(
    peer: PeerId,
    failed: { readonly response: CheckTxResponse; readonly nowMs: number },
  ): boolean {
    const account = this.#accounts.get(peer);
    if (account === undefined) return true;
    const { response, nowMs } = failed;
    account.failures.spend(1, nowMs);
    if (!isUndecodable(response)) return true;
    account.faults.spend(1, nowMs);
    if (account.faults.isLeft(nowMs)) return true;
    this.#accounts.delete(peer);
    return false;
  }
}
