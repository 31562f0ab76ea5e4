/**
 * A gate on the way to a TCP port, which can hold back what travels in one direction. Nobody is
 * told: connections stay, new ones are taken, and nothing arrives that way, an end no more than a
 * byte. After the cut what was held back goes on.
 */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** As seen by whoever listens behind the gate. */
export type Direction = "inwards" | "outwards";

interface Flow {
  readonly from: Socket;
  readonly to: Socket;
  readonly direction: Direction;
  ended: boolean;
}

export class TcpGate {
  readonly #server: Server;
  readonly #flows = new Set<Flow>();
  readonly #cut = new Set<Direction>();

  static async open(targetPort: number): Promise<TcpGate> {
    const gate = new TcpGate(targetPort);
    gate.#server.listen(0, "127.0.0.1");
    await once(gate.#server, "listening");
    return gate;
  }

  private constructor(targetPort: number) {
    this.#server = createServer((client) => {
      const target = connect(targetPort, "127.0.0.1");
      this.#join({ from: client, to: target, direction: "inwards", ended: false });
      this.#join({ from: target, to: client, direction: "outwards", ended: false });
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  cut(direction: Direction): void {
    this.#cut.add(direction);
    for (const flow of this.#flows) if (flow.direction === direction) flow.from.pause();
  }

  heal(): void {
    this.#cut.clear();
    for (const flow of this.#flows) {
      flow.from.resume();
      if (flow.ended) this.#end(flow);
    }
  }

  close(): void {
    this.#server.close();
    for (const { from } of this.#flows) from.destroy();
  }

  #join(flow: Flow): void {
    const { from, to, direction } = flow;
    this.#flows.add(flow);
    from.on("data", (chunk: Uint8Array) => {
      if (to.destroyed || to.write(chunk)) return;
      from.pause();
      to.once("drain", () => {
        if (!this.#cut.has(direction)) from.resume();
      });
    });
    from.on("error", () => undefined);
    from.on("close", () => {
      flow.ended = true;
      if (!this.#cut.has(direction)) this.#end(flow);
    });
    if (this.#cut.has(direction)) from.pause();
  }

  #end(flow: Flow): void {
    this.#flows.delete(flow);
    flow.to.destroySoon();
  }
}
