/** Bytes on an open WebSocket: answered, or closed with a code; never more than that. */
import { Duplex } from "node:stream";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { bytesFromText, concatBytes } from "@pyralog/chain/base";
import type { Timers } from "@pyralog/node/ports";
import { SocketDoor } from "../../../node/src/rpc/socket-door.ts";
import { assertForeseen, clock, createRpc, type Rpc } from "../an-rpc.ts";
import type { Target } from "../target.ts";

const bodyBytesMax = 100_000;
const inputsPerDoor = 200;

/** Pauses are kept, delays are not: nobody waits here. */
const timers: Timers = { after: () => () => undefined, pause: () => Promise.resolve() };

/** The server's end of a connection whose other end is the input. */
class Wire extends Duplex {
  readonly written: Uint8Array[] = [];

  override _read(): void {
    // What comes is pushed.
  }

  override _write(...[chunk, , done]: [Uint8Array, BufferEncoding, () => void]): void {
    this.written.push(chunk);
    done();
  }
}

interface World {
  readonly door: SocketDoor;
  readonly rpc: Rpc;
}

function aWorld(): World {
  const rpc = createRpc(timers);
  return { door: new SocketDoor({ ...rpc, bodyBytesMax, clock, timers }), rpc };
}

/** A client's frame: its mask is zero, so that the payload is what it looks like. */
function frame(opcode: number, payload: string): Uint8Array {
  const bytes = bytesFromText(payload);
  const length = bytes.length < 126 ? [bytes.length] : [126, bytes.length >> 8, bytes.length & 255];
  const [first = 0, ...rest] = length;
  const head = [0x80 | opcode, first | 0x80, ...rest, 0, 0, 0, 0];
  return concatBytes([Uint8Array.from(head), bytes]);
}

/** More of the message comes. */
function unfinished(bytes: Uint8Array): Uint8Array {
  return bytes.with(0, (bytes[0] ?? 0) & 0x7f);
}

function call(method: string, params: unknown = {}): string {
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
}

function seeds(): readonly Uint8Array[] {
  const subscribe = call("subscribe", { query: "tm.event='NewBlock'" });
  return [
    frame(1, call("health")),
    concatBytes([frame(1, subscribe), frame(1, call("unsubscribe_all")), frame(8, "\u0003\u00e8")]),
    concatBytes([unfinished(frame(1, "{")), frame(0, "}")]),
    concatBytes([frame(9, "ping"), frame(10, "pong"), frame(1, call("status"))]),
    frame(2, call("abci_query", { path: "/store", data: "00" })),
    frame(1, "x".repeat(200)),
  ];
}

export function createTarget(): Target {
  let world = aWorld();
  let inputs = 0;
  return {
    shape: "bytes",
    prefixBytes: 0,
    seeds: seeds(),
    tokens: [
      frame(8, ""),
      frame(9, ""),
      frame(0, ""),
      frame(1, "{}"),
      Uint8Array.of(0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0),
      Uint8Array.of(0x81, 0xfe, 0xff, 0xff),
    ],
    async run(input) {
      if (inputs++ % inputsPerDoor === 0) world = aWorld();
      await serve(world, input);
      assertForeseen(world.rpc);
    },
  };
}

async function serve({ door }: World, input: Uint8Array): Promise<void> {
  const wire = new Wire();
  const request = new IncomingMessage(new Socket());
  request.method = "GET";
  request.headers = {
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  door.upgrade(request, { socket: wire, head: Buffer.alloc(0) });
  wire.push(input);
  wire.push(null);
  // The stream gives in the next turns, and the answers come in those after.
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  wire.destroy();
  const [first] = wire.written;
  const text = new TextDecoder("latin1").decode(first ?? new Uint8Array(0));
  if (!text.startsWith("HTTP/1.1 101")) throw new Error(`no connection was made: ${text}`);
}
