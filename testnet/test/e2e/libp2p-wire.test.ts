import assert from "node:assert/strict";
import { connect, createServer, type Server, type Socket } from "node:net";
import { describe, it } from "mocha";
import { createLibp2pWire, peerIdFromSecretKey, type WireLimits } from "@pyralog/node/io";
import { PortError, type Log, type ObservedWire, type WireHandler } from "@pyralog/node/ports";
import { describeWire } from "../../../node/test/ports/describe-wire.ts";

const quiet: Log = { write: () => undefined };
const untilMs = 10_000;

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(typeof address === "object" && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  for (const server of servers) server.close();
  return ports;
}

interface Node {
  readonly secretKey: Uint8Array;
  readonly peer: string;
  readonly port: number;
}

async function someNodes(count: number): Promise<readonly Node[]> {
  const ports = await freePorts(count);
  return Promise.all(
    ports.map(async (port, index) => {
      const secretKey = new Uint8Array(32).fill(index + 1);
      return { secretKey, port, peer: await peerIdFromSecretKey(secretKey) };
    }),
  );
}

function wireOf(
  node: Node,
  options: {
    readonly others: readonly Node[];
    readonly chainId?: string;
    readonly limits?: Partial<WireLimits>;
  },
): Promise<ObservedWire> {
  return createLibp2pWire({
    secretKey: node.secretKey,
    chainId: options.chainId ?? "wire-test",
    listen: `tcp://127.0.0.1:${node.port}`,
    peers: options.others.map(({ peer, port }) => `${peer}@127.0.0.1:${port}`),
    log: quiet,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
}

async function until(claim: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + untilMs;
  while (!isSo()) {
    assert.ok(performance.now() < deadline, claim);
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  }
}

class Peers implements WireHandler {
  readonly present = new Set<string>();
  connections = 0;
  connected(peer: string): void {
    this.present.add(peer);
    this.connections++;
  }
  disconnected(peer: string): void {
    this.present.delete(peer);
  }
  received(): void {
    // These tests look at connections alone.
  }
}

describeWire("libp2p on loopback", async (work) => {
  const nodes = await someNodes(3);
  const open = (index: number): Promise<ObservedWire> => {
    const node = nodes[index];
    assert.ok(node !== undefined);
    return wireOf(node, { others: nodes.filter((other) => other !== node) });
  };
  const wires = [await open(0), await open(1), await open(2)] as const;
  try {
    await work({ wires, restarted: open, until });
  } finally {
    await Promise.all(wires.map((wire) => wire.stop()));
  }
});

describe("the wire over libp2p", () => {
  it("meets nobody of another chain", async () => {
    const [one, other] = await someNodes(2);
    assert.ok(one !== undefined && other !== undefined);
    const wires = [
      await wireOf(one, { others: [other] }),
      await wireOf(other, { others: [one], chainId: "another-chain" }),
    ];
    const peers = new Peers();
    await Promise.all(wires.map((wire) => wire.start(peers)));
    await new Promise((resolve) => {
      setTimeout(resolve, 1_000);
    });
    assert.equal(peers.connections, 0);
    await Promise.all(wires.map((wire) => wire.stop()));
  });

  it("says that its address is taken", async () => {
    const [one, other] = await someNodes(2);
    assert.ok(one !== undefined && other !== undefined);
    const first = await wireOf(one, { others: [] });
    await first.start(new Peers());
    const second = await wireOf({ ...other, port: one.port }, { others: [] });
    await assert.rejects(
      () => second.start(new Peers()),
      (error: unknown) => error instanceof PortError && error.code === "LISTEN_FAILED",
    );
    await first.stop();
    await second.stop();
  });

  it("lives through garbage and idle connections, and serves its peers meanwhile", async () => {
    const [one, other] = await someNodes(2);
    assert.ok(one !== undefined && other !== undefined);
    const limits = { inboundPerAddressMax: 20, handshakesMax: 10, handshakeMs: 500 };
    const first = await wireOf(one, { others: [], limits });
    await first.start(new Peers());
    const sockets = Array.from({ length: 60 }, (_, index) => {
      const socket = connect(one.port, "127.0.0.1");
      socket.on("error", () => undefined);
      if (index % 2 === 0) socket.write(new Uint8Array(100_000).fill(index));
      return socket;
    });
    const peers = new Peers();
    const second = await wireOf(other, { others: [one], limits });
    await second.start(peers);
    await until("the real peer gets through", () => peers.present.has(one.peer));
    for (const socket of sockets) socket.destroy();
    await Promise.all([first.stop(), second.stop()]);
  });

  it("takes so many strangers and no more, but a persistent peer always", async () => {
    const [host, friend, ...strangers] = await someNodes(5);
    assert.ok(host !== undefined && friend !== undefined);
    const peers = new Peers();
    const limits = { inboundMax: 2 };
    const wire = await wireOf(host, { others: [friend], limits });
    await wire.start(peers);
    const wires: ObservedWire[] = [];
    for (const stranger of strangers) {
      const theirs = await wireOf(stranger, { others: [host] });
      wires.push(theirs);
      await theirs.start(new Peers());
    }
    await until("two strangers are in", () => peers.present.size === 2);
    const theirs = await wireOf(friend, { others: [] });
    wires.push(theirs);
    await theirs.start(new Peers());
    await until("the friend is in", () => peers.present.has(friend.peer));
    assert.equal(peers.present.size, 3);
    await Promise.all([wire, ...wires].map((each) => each.stop()));
  });

  it("drops a peer that it hears no more, and finds it when it can be heard again", async () => {
    const [one, other] = await someNodes(2);
    const [proxyPort] = await freePorts(1);
    assert.ok(one !== undefined && other !== undefined && proxyPort !== undefined);
    const proxy = new Proxy(proxyPort, other.port);
    const limits = { heartbeatMs: 100, silenceMs: 500 };
    const [mine, theirs] = [new Peers(), new Peers()];
    const first = await wireOf(one, { others: [{ ...other, port: proxyPort }], limits });
    const second = await wireOf(other, { others: [], limits });
    await second.start(theirs);
    await first.start(mine);
    await until("they meet", () => mine.present.size === 1);
    proxy.silence();
    await until("both drop the other", () => mine.present.size + theirs.present.size === 0);
    proxy.speak();
    await until("they meet again", () => mine.present.size === 1 && theirs.present.size === 1);
    await Promise.all([first.stop(), second.stop()]);
    proxy.close();
  });
});

/** Forwards both ways, or, while silent, only from the dialler to the dialled. */
class Proxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isSilent = false;

  constructor(port: number, targetPort: number) {
    this.#server = createServer((client) => {
      const target = connect(targetPort, "127.0.0.1");
      client.on("data", (chunk) => target.write(chunk));
      target.on("data", (chunk) => {
        if (!this.#isSilent) client.write(chunk);
      });
      for (const socket of [client, target]) {
        this.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          client.destroy();
          target.destroy();
        });
      }
    });
    this.#server.listen(port, "127.0.0.1");
  }

  silence(): void {
    this.#isSilent = true;
  }

  speak(): void {
    this.#isSilent = false;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
