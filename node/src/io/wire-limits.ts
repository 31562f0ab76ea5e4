import { assert } from "@pyralog/chain/base";
import { messageBytesMax, type Channel } from "#ports";

interface QueueLimits {
  readonly messagesMax: number;
  readonly bytesMax: number;
}

/** What one peer may send on one channel: beyond it, it is read more slowly, and not dropped. */
interface ReceiveLimits {
  readonly bytesPerSecond: number;
  readonly messagesPerSecond: number;
  /** Messages in one chunk, which only who floods makes more. */
  readonly messagesAtOnceMax: number;
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
  /** Banned peers that are remembered; beyond it the first is forgotten. */
  readonly bansMax: number;
  readonly dialMs: number;
  readonly redialMsMin: number;
  readonly redialMsMax: number;
  readonly queues: Readonly<Record<Channel, QueueLimits>>;
  readonly receive: Readonly<Record<Channel, ReceiveLimits>>;
  /** Messages that wait to be sent, of all peers together, beyond what each may have anyhow. */
  readonly queuedBytesMax: number;
  /** What may wait for each peer and channel however much waits for others. */
  readonly queuedBytesAlways: number;
  /** A peer that takes nothing of what waits for it for so long is gone. */
  readonly stalledMs: number;
  /** Unfinished messages of all peers together; beyond it, who began first ends. */
  readonly unfinishedBytesMax: number;
  /** How long one message may take to arrive. */
  readonly messageMs: number;
  /** What each stream may have under way that was not read yet. */
  readonly windowBytes: number;
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
  bansMax: 10_000,
  dialMs: 4_000,
  redialMsMin: 200,
  redialMsMax: 2_000,
  queues: {
    consensus: { messagesMax: 10_000, bytesMax: 8 * mebibyte },
    transactions: { messagesMax: 256, bytesMax: 4 * mebibyte },
    sync: { messagesMax: 256, bytesMax: 48 * mebibyte },
    evidence: { messagesMax: 256, bytesMax: mebibyte },
  },
  receive: {
    consensus: {
      bytesPerSecond: 16 * mebibyte,
      messagesPerSecond: 10_000,
      messagesAtOnceMax: 20_000,
    },
    transactions: {
      bytesPerSecond: 16 * mebibyte,
      messagesPerSecond: 1_000,
      messagesAtOnceMax: 2_000,
    },
    sync: { bytesPerSecond: 48 * mebibyte, messagesPerSecond: 2_000, messagesAtOnceMax: 4_000 },
    evidence: { bytesPerSecond: mebibyte, messagesPerSecond: 256, messagesAtOnceMax: 512 },
  },
  queuedBytesMax: 256 * mebibyte,
  queuedBytesAlways: mebibyte,
  stalledMs: 20_000,
  unfinishedBytesMax: 128 * mebibyte,
  messageMs: 30_000,
  windowBytes: mebibyte,
};

assertWireLimits(wireLimitsDefault);

export function assertWireLimits(limits: WireLimits): void {
  for (const channel of ["consensus", "transactions", "sync", "evidence"] as const) {
    const { bytesMax, messagesMax } = limits.queues[channel];
    assert(bytesMax >= 2 * messageBytesMax[channel], `two ${channel} messages fit their queue`);
    assert(messagesMax >= 2, `the ${channel} queue holds two messages`);
    const { messagesPerSecond, messagesAtOnceMax } = limits.receive[channel];
    assert(messagesPerSecond >= messagesMax, `a full ${channel} queue is read within a second`);
    assert(messagesAtOnceMax >= messagesMax, `a full ${channel} queue is no flood`);
    assert(
      limits.unfinishedBytesMax >= 4 * messageBytesMax[channel],
      `${channel} messages of several peers arrive beside each other`,
    );
  }
  assert(limits.queuedBytesMax >= limits.queues.sync.bytesMax, "one peer's queue is within all");
  assert(limits.stalledMs > limits.silenceMs, "who is silent goes before who takes nothing");
  assert(limits.silenceMs >= 3 * limits.heartbeatMs, "two lost heartbeats end no connection");
  assert(limits.redialMsMin <= limits.redialMsMax, "the first redial is the soonest");
}
