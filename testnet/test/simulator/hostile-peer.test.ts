import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { byteStrings, message } from "@pyralog/chain/codec";
import type { Crypto } from "@pyralog/chain/crypto";
import {
  createHeight,
  createRound,
  createTime,
  createValidatorSet,
  encodeConsensusMessage,
  nil,
  type Vote,
} from "@pyralog/chain/types";
import type { Channel, ObservedWire } from "@pyralog/node/ports";
import { SimWorld } from "../../src/simulator/ports/index.ts";
import { createSimCrypto } from "../../src/simulator/sim-crypto.ts";
import { simAccounts, simGenesis } from "../../src/simulator/sim-genesis.ts";
import { SimNode } from "../../src/simulator/sim-node.ts";
import { Watchers } from "../../src/simulator/watchers.ts";

const epochNs = 1_767_225_600_000_000_000n;
const frameWire = message("pyralog.gossip.v1.Frame", { messages: byteStrings(2) });

/** Two of four validators, so that nothing is decided, and a peer that may send anything. */
class HostileWorld {
  readonly world = new SimWorld({ seed: 7, epochNs });
  readonly genesis;
  /** Signatures that turned out wrong, each of which costs dearly. */
  wrongSignatures = 0;
  readonly broken: unknown[] = [];
  readonly #nodes: readonly SimNode[];
  #mallory: ObservedWire | undefined;
  isBanned = false;

  constructor() {
    const crypto = createSimCrypto();
    const accounts = simAccounts(1, crypto);
    this.genesis = simGenesis({ nodes: 4, accounts, crypto, timeNs: epochNs });
    this.#nodes = [0, 1].map((index) => this.#createNode(index));
  }

  #createNode(index: number): SimNode {
    return new SimNode({
      world: this.world,
      index,
      genesis: this.genesis,
      crypto: this.#countingCrypto(),
      isHonest: true,
      watchers: new Watchers({
        genesis: this.genesis,
        crypto: createSimCrypto(),
        liars: new Set(),
      }),
      broken: (error) => void this.broken.push(error),
    });
  }

  #countingCrypto(): Crypto {
    const crypto = createSimCrypto();
    return {
      ...crypto,
      verifyEd25519: (signed) => {
        const isRight = crypto.verifyEd25519(signed);
        if (!isRight) this.wrongSignatures++;
        return isRight;
      },
    };
  }

  async start(): Promise<void> {
    for (const node of this.#nodes) node.boot();
    const { wire } = this.world.boot("mallory");
    this.#mallory = wire;
    await this.world.finish(() =>
      wire.start({
        connected: () => undefined,
        disconnected: () => {
          this.isBanned = true;
        },
        received: () => undefined,
      }),
    );
    await this.world.run(this.world.nowMs + 3_000);
  }

  /** To the first of the nodes, and then some time passes. */
  async send(channel: Channel, ...frames: readonly Uint8Array[]): Promise<void> {
    for (const bytes of frames) this.#mallory?.send({ peer: "n0", channel, bytes });
    await this.world.run(this.world.nowMs + 1_000);
  }

  /** A vote of the first validator that it never gave, for some round. */
  forgedVote(round: number): Vote {
    const [voter] = createValidatorSet(this.genesis.validators).validators;
    assert.ok(voter !== undefined);
    return {
      type: "prevote",
      height: createHeight(1n),
      round: createRound(round),
      blockId: nil,
      time: createTime(epochNs),
      validatorAddress: voter.address,
      validatorIndex: 0,
      signature: new Uint8Array(64).fill(1),
      extension: new Uint8Array(0),
      extensionSignature: new Uint8Array(0),
    };
  }
}

describe("a hostile peer", () => {
  it("has one forged vote verified, however many it sends at once", async () => {
    const hostile = new HostileWorld();
    await hostile.start();
    const frames = Array.from({ length: 4 }, (_, frame) => {
      const votes = Array.from({ length: 256 }, (__, place) =>
        hostile.forgedVote(1_000 + frame * 256 + place),
      );
      return frameWire.encode({
        messages: votes.map((vote) => encodeConsensusMessage({ kind: "vote", vote })),
      });
    });
    await hostile.send("consensus", ...frames);
    assert.ok(hostile.isBanned);
    assert.equal(hostile.wrongSignatures, 1);
    assert.deepEqual(hostile.broken, []);
  });
});
