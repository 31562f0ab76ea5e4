/** Length-prefixed frames on a stream of bytes: four bytes big-endian, then the message. */
import { ChainError } from "@pyralog/chain/base";

const headerBytes = 4;

/** A frame's memory grows as its bytes come, from this on: an announcement alone takes none. */
const firstBytes = 64 * 1024;

/**
 * - `FRAME_TOO_LONG`: the announced length is over the channel's limit.
 * - `FRAMES_TOO_MANY`: one chunk holds more frames than anybody has reason to send at once.
 */
export class FrameError extends ChainError<"FRAME_TOO_LONG" | "FRAMES_TOO_MANY"> {}

/** Cuts a stream into its frames. After a throw the stream is beyond repair. */
export class FrameReader {
  readonly #bytesMax: number;
  readonly #framesMax: number;
  readonly #header = new Uint8Array(headerBytes);
  #headerFilled = 0;
  /** What came of a frame so far; as long as the frame where it is whole. */
  #frame: Uint8Array | undefined;
  #frameBytes = 0;
  #frameFilled = 0;

  constructor(limits: { readonly bytesMax: number; readonly framesMax: number }) {
    this.#bytesMax = limits.bytesMax;
    this.#framesMax = limits.framesMax;
  }

  /** Memory that an unfinished frame takes. */
  get heldBytes(): number {
    return this.#frame?.length ?? 0;
  }

  /** The frames that the chunk completes, each in memory of its own. */
  push(chunk: Uint8Array): readonly Uint8Array[] {
    const frames: Uint8Array[] = [];
    let offset = 0;
    while (offset < chunk.length) {
      offset += this.#frame === undefined ? this.#takeHeader(chunk, offset) : 0;
      if (this.#frame === undefined) continue;
      const taken = Math.min(this.#frameBytes - this.#frameFilled, chunk.length - offset);
      const frame = this.#roomFor(this.#frame, taken);
      frame.set(chunk.subarray(offset, offset + taken), this.#frameFilled);
      this.#frameFilled += taken;
      offset += taken;
      if (this.#frameFilled < this.#frameBytes) continue;
      this.#complete(frames, frame);
    }
    return frames;
  }

  #roomFor(frame: Uint8Array, taken: number): Uint8Array {
    const needed = this.#frameFilled + taken;
    if (needed <= frame.length) return frame;
    const grown = new Uint8Array(Math.min(this.#frameBytes, Math.max(needed, 2 * frame.length)));
    grown.set(frame.subarray(0, this.#frameFilled));
    this.#frame = grown;
    return grown;
  }

  #complete(frames: Uint8Array[], frame: Uint8Array): void {
    if (frames.length >= this.#framesMax) {
      throw new FrameError({ code: "FRAMES_TOO_MANY", facts: { framesMax: this.#framesMax } });
    }
    frames.push(frame);
    this.#frame = undefined;
  }

  /** Begins a frame once its header is whole; returns how many bytes it used. */
  #takeHeader(chunk: Uint8Array, offset: number): number {
    const taken = Math.min(headerBytes - this.#headerFilled, chunk.length - offset);
    this.#header.set(chunk.subarray(offset, offset + taken), this.#headerFilled);
    this.#headerFilled += taken;
    if (this.#headerFilled < headerBytes) return taken;
    this.#headerFilled = 0;
    const length = new DataView(this.#header.buffer).getUint32(0);
    if (length > this.#bytesMax) {
      const facts = { length, bytesMax: this.#bytesMax };
      throw new FrameError({ code: "FRAME_TOO_LONG", facts });
    }
    this.#frame = new Uint8Array(Math.min(length, firstBytes));
    this.#frameBytes = length;
    this.#frameFilled = 0;
    return taken;
  }
}

/** Messages waiting for one stream, bounded in number and bytes. */
export class SendQueue {
  readonly #messagesMax: number;
  readonly #bytesMax: number;
  #frames: Uint8Array[] = [];
  #first = 0;
  /** Bytes of the first frame, header included, that were taken already. */
  #taken = 0;
  #bytes = 0;

  constructor(limits: { readonly messagesMax: number; readonly bytesMax: number }) {
    this.#messagesMax = limits.messagesMax;
    this.#bytesMax = limits.bytesMax;
  }

  get length(): number {
    return this.#frames.length - this.#first;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** False where the queue is full. */
  push(message: Uint8Array): boolean {
    const bytes = message.length + headerBytes;
    if (this.length >= this.#messagesMax || this.#bytes + bytes > this.#bytesMax) return false;
    this.#frames.push(message);
    this.#bytes += bytes;
    return true;
  }

  /** Up to so many bytes of the waiting frames as one chunk; empty where nothing waits. */
  take(bytesMax: number): Uint8Array {
    const chunk = new Uint8Array(Math.min(bytesMax, this.#bytes));
    const view = new DataView(chunk.buffer);
    let offset = 0;
    while (offset < chunk.length) {
      const frame = this.#frames[this.#first];
      if (frame === undefined) break;
      if (this.#taken === 0) {
        if (chunk.length - offset < headerBytes) break;
        view.setUint32(offset, frame.length);
        offset += headerBytes;
        this.#taken = headerBytes;
      }
      const begin = this.#taken - headerBytes;
      const length = Math.min(frame.length - begin, chunk.length - offset);
      chunk.set(frame.subarray(begin, begin + length), offset);
      offset += length;
      this.#taken += length;
      if (begin + length === frame.length) this.#advance();
    }
    this.#bytes -= offset;
    return offset === chunk.length ? chunk : chunk.subarray(0, offset);
  }

  #advance(): void {
    this.#first++;
    this.#taken = 0;
    if (this.#first < 256 || this.#first * 2 < this.#frames.length) return;
    this.#frames = this.#frames.slice(this.#first);
    this.#first = 0;
  }
}
