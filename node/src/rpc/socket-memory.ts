/**
 * What WebSocket clients make the node hold, all of them together: answers and events that they
 * have not taken, and messages that have not arrived whole. Where it is too much, whoever holds the
 * most is cut off, so that one slow client can never cost many quick ones their connection.
 */
export interface SocketHolder {
  /** Bytes that wait to be sent to it. */
  readonly unsentBytes: number;
  /** Bytes of a message that came so far. */
  readonly unreadBytes: number;
  cutOff(reason: string): void;
}

interface SocketMemoryLimits {
  readonly unsentBytesMax: number;
  readonly unreadBytesMax: number;
}

export class SocketMemory {
  readonly #holders = new Set<SocketHolder>();
  readonly #limits: SocketMemoryLimits;

  constructor(limits: SocketMemoryLimits) {
    this.#limits = limits;
  }

  add(holder: SocketHolder): void {
    this.#holders.add(holder);
  }

  delete(holder: SocketHolder): void {
    this.#holders.delete(holder);
  }

  /** To be called where more is about to wait for a client. */
  sending(): void {
    const { unsentBytesMax } = this.#limits;
    this.#bound((holder) => holder.unsentBytes, {
      bytesMax: unsentBytesMax,
      reason: "too many answers are not read",
    });
  }

  /** To be called where more of a message has come. */
  reading(): void {
    const { unreadBytesMax } = this.#limits;
    this.#bound((holder) => holder.unreadBytes, {
      bytesMax: unreadBytesMax,
      reason: "too many messages do not end",
    });
  }

  #bound(
    bytesOf: (holder: SocketHolder) => number,
    bound: { readonly bytesMax: number; readonly reason: string },
  ): void {
    let [sum, most] = [0, 0];
    let largest: SocketHolder | undefined;
    for (const holder of this.#holders) {
      const bytes = bytesOf(holder);
      sum += bytes;
      if (bytes <= most) continue;
      most = bytes;
      largest = holder;
    }
    if (sum <= bound.bytesMax || largest === undefined) return;
    this.#holders.delete(largest);
    largest.cutOff(bound.reason);
  }
}
