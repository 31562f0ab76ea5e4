/** The RPC on a loopback port over a chain in memory, for programs that need a socket. */
import { systemClock, systemTimers } from "@pyralog/node/io";
import { createRpcServer, type RpcServer, type RpcSettings } from "@pyralog/node/rpc";
import { WebSocket } from "ws";
import { MemoryChain } from "../../../node/test/rpc/memory-chain.ts";

const settings: RpcSettings = {
  listen: { host: "127.0.0.1", port: 0 },
  corsAllowedOrigins: ["*"],
  bodyBytesMax: 1_000_000,
  batchRequestsMax: 100,
  subscriptionClientsMax: 100,
  subscriptionsPerClientMax: 5,
  broadcastCommitTimeoutMs: 10_000,
};

export class RpcFixture {
  readonly chain = new MemoryChain({ now: () => systemClock.now() });
  readonly #server: RpcServer;
  #port = 0;
  #ticking: NodeJS.Timeout | undefined;

  constructor(changed: Partial<RpcSettings> = {}) {
    this.#server = createRpcServer({
      backend: this.chain.backend,
      settings: { ...settings, ...changed },
      clock: systemClock,
      timers: systemTimers,
      log: { write: () => undefined },
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Begins with a block, and makes another one every so many milliseconds. */
  async start(intervalMs: number): Promise<void> {
    this.#port = await this.#server.start();
    this.chain.produce();
    this.#ticking = setInterval(() => this.chain.produce(), intervalMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticking);
    await this.#server.stop();
  }

  async isAlive(): Promise<boolean> {
    const response = await fetch(`${this.url}/health`);
    return (await response.text()) === '{"jsonrpc":"2.0","id":-1,"result":{}}';
  }

  async socket(): Promise<WebSocket> {
    const socket = new WebSocket(`${this.url.replace("http", "ws")}/websocket`);
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return socket;
  }
}

/** The code with which the other side closes. */
export function closeOf(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.on("error", () => undefined);
    socket.once("close", resolve);
  });
}

export function nextMessage(socket: WebSocket): Promise<string> {
  return new Promise((resolve) => {
    socket.once("message", (data: Buffer) => resolve(data.toString()));
  });
}
