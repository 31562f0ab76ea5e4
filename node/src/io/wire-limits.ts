import { assert } from "@pyralog/chain/base";
import { messageBytesMax, type Channel } from "#ports";

interface QueueLimits {
  readonly messagesMax: number;
  readonly bytesMax: number;
}

/** Everything a peer can make grow, in one table (STYLE rule 25). */
export interface WireLimits {
  /** Peers that dialled us; persistent peers come on top. */
  readonly inboundMax: number;
  /** Connections from one address, handshakes included. */
  readonly inboundPerAddressMax: number;
  /** New connections from one address in a second. */
  readonly inboundPerSecondMax: number;
  /** Connections that have not finished their handshake. */
  readonly handshakesMax: number;
  readonly handshakeMs: number;
  /** A peer silent for this long is gone; heartbeats keep an idle one alive. */
  readonly silenceMs: number;
  readonly heartbeatMs: number;
  readonly banMs: number;
  readonly dialMs: number;
  readonly redialMsMin: number;
  readonly redialMsMax: number;
  readonly queues: Readonly<Record<Channel, QueueLimits>>;
}

const mebibyte = 1024 * 1024;

export const wireLimitsDefault: WireLimits = {
  inboundMax: 40,
  inboundPerAddressMax: 64,
  inboundPerSecondMax: 50,
  handshakesMax: 32,
  handshakeMs: 5_000,
  silenceMs: 8_000,
  heartbeatMs: 2_000,
  banMs: 60_000,
  dialMs: 4_000,
  redialMsMin: 200,
  redialMsMax: 2_000,
  queues: {
    consensus: { messagesMax: 10_000, bytesMax: 8 * mebibyte },
    transactions: { messagesMax: 256, bytesMax: 4 * mebibyte },
    sync: { messagesMax: 256, bytesMax: 48 * mebibyte },
    evidence: { messagesMax: 256, bytesMax: mebibyte },
  },
};

assertWireLimits(wireLimitsDefault);

export function assertWireLimits(limits: WireLimits): void {
  for (const channel of ["consensus", "transactions", "sync", "evidence"] as const) {
    const { bytesMax, messagesMax } = limits.queues[channel];
    assert(bytesMax >= 2 * messageBytesMax[channel], `two ${channel} messages fit their queue`);
    assert(messagesMax >= 2, `the ${channel} queue holds two messages`);
  }
  assert(limits.silenceMs >= 3 * limits.heartbeatMs, "two lost heartbeats end no connection");
  assert(limits.redialMsMin <= limits.redialMsMax, "the first redial is the soonest");
}
