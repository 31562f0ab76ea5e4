import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Channel, PeerId, Wire, WireHandler } from "#ports";

/** Three wires that know each other, in whatever time they live in. */
interface WireWorld {
  readonly wires: readonly [Wire, Wire, Wire];
  /** Resolves when it is so; fails where it does not become so in a few seconds of that time. */
  until(claim: string, isSo: () => boolean): Promise<void>;
  /** Another run of the same node. */
  restarted(index: number): Promise<Wire>;
}

export type WithWires = (work: (world: WireWorld) => Promise<void>) => Promise<void>;

class Listener implements WireHandler {
  readonly peers = new Set<PeerId>();
  readonly messages: { peer: PeerId; channel: Channel; bytes: Uint8Array }[] = [];
  connections = 0;

  connected(peer: PeerId): void {
    assert.equal(this.peers.has(peer), false, "a peer connects once before it disconnects");
    this.peers.add(peer);
    this.connections++;
  }

  disconnected(peer: PeerId): void {
    assert.ok(this.peers.delete(peer), "a peer disconnects after it connected");
  }

  received(message: { peer: PeerId; channel: Channel; bytes: Uint8Array }): void {
    assert.ok(this.peers.has(message.peer), "messages come from connected peers");
    this.messages.push(message);
  }
}

const channels: readonly Channel[] = ["consensus", "evidence", "transactions", "sync"];

async function meet(world: WireWorld): Promise<readonly [Listener, Listener, Listener]> {
  const listeners = [new Listener(), new Listener(), new Listener()] as const;
  await Promise.all(world.wires.map((wire, index) => wire.start(listeners[index] ?? listeners[0])));
  await world.until("all three meet", () => listeners.every(({ peers }) => peers.size === 2));
  return listeners;
}

/** What every `Wire` does, whatever it is made of. */
export function describeWire(name: string, withWires: WithWires): void {
  describe(`a wire: ${name}`, () => {
    it("connects each pair once, by the ids that the wires have", () =>
      withWires(async (world) => {
        const listeners = await meet(world);
        for (const [index, { peers }] of listeners.entries()) {
          const others = world.wires.filter((_, other) => other !== index);
          assert.deepEqual([...peers].toSorted(), others.map(({ self }) => self).toSorted());
        }
      }));

    it("brings messages whole and in order within their channel", () =>
      withWires(async (world) => {
        const [first, second] = world.wires;
        const [, listener] = await meet(world);
        for (let number = 0; number < 300; number++) {
          const channel = channels[number % channels.length] ?? "sync";
          const bytes = new Uint8Array(1 + ((number * 97) % 5_000)).fill(number % 251);
          assert.ok(first.send({ peer: second.self, channel, bytes }));
        }
        await world.until("all come", () => listener.messages.length === 300);
        for (const [place, channel] of channels.entries()) {
          const came = listener.messages.filter((message) => message.channel === channel);
          assert.equal(came.length, 300 / channels.length);
          for (const [index, { bytes, peer }] of came.entries()) {
            const number = index * channels.length + place;
            assert.equal(peer, first.self);
            assert.equal(bytes.length, 1 + ((number * 97) % 5_000));
            assert.ok(bytes.every((byte) => byte === number % 251));
          }
        }
      }));

    it("brings a large message while small ones go past it", () =>
      withWires(async (world) => {
        const [first, second] = world.wires;
        const [, listener] = await meet(world);
        const large = new Uint8Array(8 * 1024 * 1024).fill(5);
        assert.ok(first.send({ peer: second.self, channel: "sync", bytes: large }));
        const small = Uint8Array.of(1);
        assert.ok(first.send({ peer: second.self, channel: "consensus", bytes: small }));
        await world.until("both come", () => listener.messages.length === 2);
        assert.deepEqual(
          listener.messages.map(({ bytes }) => bytes.length),
          [1, large.length],
        );
      }));

    it("takes no more than its queue holds, and goes on when there is room again", () =>
      withWires(async (world) => {
        const [first, second] = world.wires;
        const [, listener] = await meet(world);
        const bytes = new Uint8Array(1024 * 1024);
        let taken = 0;
        while (first.send({ peer: second.self, channel: "transactions", bytes })) taken++;
        assert.ok(taken >= 2 && taken < 100, `${taken} were taken`);
        await world.until("all taken ones come", () => listener.messages.length === taken);
        assert.ok(first.send({ peer: second.self, channel: "transactions", bytes }));
      }));

    it("takes nothing for a peer that is not connected", () =>
      withWires(async (world) => {
        const [first, second] = world.wires;
        const early = { peer: second.self, channel: "sync", bytes: Uint8Array.of(1) } as const;
        assert.equal(first.send(early), false);
        await meet(world);
        assert.equal(first.send({ ...early, peer: "nobody" }), false);
      }));

    it("drops a banned peer, and keeps it away", () =>
      withWires(async (world) => {
        const [first, second] = world.wires;
        const [mine, theirs] = await meet(world);
        first.ban(second.self, "it lied");
        await world.until("both notice", () => mine.peers.size === 1 && theirs.peers.size === 1);
        assert.equal(
          first.send({ peer: second.self, channel: "sync", bytes: Uint8Array.of(1) }),
          false,
        );
        assert.equal(mine.connections, 2);
      }));

    it("tells the others when a node stops, and finds it again when it is back", () =>
      withWires(async (world) => {
        const [first, , third] = world.wires;
        const [mine] = await meet(world);
        await third.stop();
        await world.until("the first one notices", () => mine.peers.size === 1);
        const back = await world.restarted(2);
        const listener = new Listener();
        await back.start(listener);
        await world.until(
          "they meet again",
          () => mine.peers.size === 2 && listener.peers.size === 2,
        );
        assert.ok(first.send({ peer: back.self, channel: "sync", bytes: Uint8Array.of(9) }));
        await world.until("it comes", () => listener.messages.length === 1);
        await back.stop();
      }));
  });
}
