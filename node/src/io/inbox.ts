/**
 * One stream from a peer: cuts it into messages, and reads it no faster than its channel allows. A
 * paused stream takes no more than its window, so a peer in a hurry waits, and is not punished.
 */
import { Allowance } from "@pyralog/chain/base";
import { messageBytesMax, type Channel } from "#ports";
import { FrameReader } from "./frames.ts";
import type { WireLimits } from "./wire-limits.ts";

/** What an inbox asks of a libp2p stream. */
export interface PausableStream {
  pause(): void;
  resume(): void;
}

/** Timers are not worth less: a pause of a millisecond costs more than it saves. */
const pauseMsMin = 20;

export class Inbox {
  readonly #stream: PausableStream;
  readonly #reader: FrameReader;
  readonly #bytes: Allowance;
  readonly #messages: Allowance;
  readonly #nowMs: () => number;
  #unfinishedSinceMs: number | undefined;
  #resuming: NodeJS.Timeout | undefined;

  constructor(options: {
    readonly channel: Channel;
    readonly stream: PausableStream;
    readonly limits: WireLimits;
    readonly nowMs: () => number;
  }) {
    const { channel, stream, limits } = options;
    const receive = limits.receive[channel];
    const nowMs = options.nowMs();
    this.#stream = stream;
    this.#nowMs = options.nowMs;
    this.#reader = new FrameReader({
      bytesMax: messageBytesMax[channel],
      framesMax: receive.messagesAtOnceMax,
    });
    const { bytesPerSecond, messagesPerSecond } = receive;
    this.#bytes = new Allowance({ perSecond: bytesPerSecond, max: bytesPerSecond, nowMs });
    this.#messages = new Allowance({ perSecond: messagesPerSecond, max: messagesPerSecond, nowMs });
  }

  /** Memory that an unfinished message takes. */
  get unfinishedBytes(): number {
    return this.#reader.heldBytes;
  }

  /** Since when a message has been arriving, where one has begun. */
  get unfinishedSinceMs(): number | undefined {
    return this.#unfinishedSinceMs;
  }

  /** The messages that the chunk completes. @throws FrameError */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const nowMs = this.#nowMs();
    const messages = this.#reader.push(chunk);
    this.#bytes.spend(chunk.length, nowMs);
    this.#messages.spend(messages.length, nowMs);
    if (this.#reader.heldBytes === 0) this.#unfinishedSinceMs = undefined;
    else if (messages.length > 0) this.#unfinishedSinceMs = nowMs;
    else this.#unfinishedSinceMs ??= nowMs;
    this.#slowDown(nowMs);
    return messages;
  }

  #slowDown(nowMs: number): void {
    const waitMs = Math.max(this.#bytes.waitMs(nowMs), this.#messages.waitMs(nowMs));
    if (waitMs === 0 || this.#resuming !== undefined) return;
    whileOpen(() => this.#stream.pause());
    this.#resuming = setTimeout(() => this.#resume(), Math.max(pauseMsMin, Math.ceil(waitMs)));
  }

  #resume(): void {
    this.#resuming = undefined;
    whileOpen(() => this.#stream.resume());
  }

  /** The link is gone, and its stream is not to be touched any more. */
  end(): void {
    clearTimeout(this.#resuming);
    this.#resuming = undefined;
  }
}

/** A stream that just ended can be neither paused nor resumed, and its link is told elsewhere. */
function whileOpen(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Error && error.name === "StreamStateError")) throw error;
  }
}
