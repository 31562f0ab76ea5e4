/** A WebSocket client that writes whatever it is told, frame by frame. */
import { connect, type Socket } from "node:net";
import { concatBytes } from "@pyralog/chain/base";

const handshake =
  "GET /websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n" +
  "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  readonly opcode: keyof typeof opcodes | number;
  readonly payload?: Uint8Array | string;
  /** The first bits: last frame, and three that extensions would use. */
  readonly final?: boolean;
  readonly reserved?: number;
  readonly masked?: boolean;
  /** The length that the frame claims, where it lies. */
  readonly claims?: bigint;
}

function encodeFrame(frame: Frame): Uint8Array {
  const { opcode, payload = "", final = true, reserved = 0, masked = true } = frame;
  const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const number = typeof opcode === "number" ? opcode : opcodes[opcode];
  const first = (final ? 0x80 : 0) | (reserved << 4) | number;
  const length = frame.claims ?? BigInt(bytes.length);
  const mask = masked ? 0x80 : 0;
  const header = [first, ...lengthOf(length, mask), ...(masked ? [0, 0, 0, 0] : [])];
  return concatBytes([Uint8Array.from(header), bytes]);
}

function lengthOf(length: bigint, mask: number): number[] {
  if (length < 126n) return [mask | Number(length)];
  const wide = length > 0xffffn;
  const bytes = Array.from({ length: wide ? 8 : 2 }, (_, index) =>
    Number((length >> BigInt(8 * ((wide ? 7 : 1) - index))) & 0xffn),
  );
  return [mask | (wide ? 127 : 126), ...bytes];
}

export class RawSocket {
  readonly #socket: Socket;
  #received: Uint8Array = new Uint8Array(0);
  readonly closed: Promise<void>;

  static async open(port: number, headers = ""): Promise<RawSocket> {
    const socket = connect(port, "127.0.0.1");
    const raw = new RawSocket(socket);
    socket.write(`${handshake}${headers}\r\n`);
    await raw.#until(() => raw.text.includes("\r\n\r\n"));
    raw.#received = raw.#received.slice(raw.text.indexOf("\r\n\r\n") + 4);
    return raw;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => (this.#received = concatBytes([this.#received, chunk])));
    this.closed = new Promise((resolve) => {
      socket.on("close", () => resolve());
    });
  }

  get text(): string {
    return new TextDecoder("latin1").decode(this.#received);
  }

  write(...frames: readonly (Frame | Uint8Array)[]): void {
    const bytes = frames.map((frame) => (frame instanceof Uint8Array ? frame : encodeFrame(frame)));
    this.#socket.write(concatBytes(bytes));
  }

  /** The code with which the server closes; zero where it only hangs up. */
  async closeCode(): Promise<number> {
    await this.closed;
    const place = this.#received.indexOf(0x88);
    const [high = 0, low = 0] = this.#received.subarray(place + 2);
    return place < 0 ? 0 : high * 256 + low;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      await new Promise((resolve) => {
        this.#socket.once("data", resolve);
      });
    }
  }
}
