/** Case 58 of the catalogue of attacks: evidence that proves nothing, or nothing new. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { hexFromBytes } from "@pyralog/chain/base";
import { bytes, message } from "@pyralog/chain/codec";
import { EvidencePool, EvidenceRelay, type RelayInput } from "@pyralog/chain/evidence";
import {
  createHeight,
  createRound,
  createTime,
  encodeEvidenceList,
  nil,
  orderVotes,
  voteSignBytes,
  type Evidence,
  type Vote,
} from "@pyralog/chain/types";
import type { ObservedWire } from "@pyralog/node/ports";
import {
  liar,
  ofAnotherChain,
  params,
  past,
  positionAt,
  someEvidence,
} from "../../../chain/test/evidence/some-evidence.ts";
import { codeOf } from "../../../chain/test/types/code-of.ts";
import { chainId, crypto } from "../../../chain/test/types/values.ts";
import { SimWorld } from "../../src/simulator/ports/index.ts";
import { createSimCrypto } from "../../src/simulator/sim-crypto.ts";
import {
  simAccounts,
  simChainId,
  simGenesis,
  validatorSecret,
} from "../../src/simulator/sim-genesis.ts";
import { SimNode } from "../../src/simulator/sim-node.ts";
import { Watchers } from "../../src/simulator/watchers.ts";

const evidence = someEvidence();
const now = createTime(0n);
const frameWire = message("pyralog.evidence.v1.Frame", { list: bytes(1) });

function aPool(height: number): EvidencePool {
  return new EvidencePool({ chainId, crypto, past, position: positionAt(height) });
}

/** What a block and a peer are told about it, and what becomes of the peer. */
function verdictsOn(piece: Evidence, pool = aPool(6)): readonly [string, string, string] {
  const relay = new EvidenceRelay({ heightOf: () => createHeight(7n) });
  const step = (input: RelayInput): string =>
    relay
      .step(input)
      .flatMap((effect) => (effect.kind === "punish" ? [effect.reason] : []))
      .join();
  const peer = "x";
  step({ kind: "peer-connected", peer, now });
  step({ kind: "pending-changed", pending: [], position: pool.position, now });
  const inBlock = codeOf(() => pool.check([piece]));
  const verdict = pool.add(piece);
  const told = verdict.kind === "ok" ? verdict.value : verdict.error.code;
  return [inBlock, told, step({ kind: "checked", peer, evidence: piece, verdict, now })];
}

describe("evidence as attackers would have it", () => {
  it("case 58: too old by both limits is refused, and by one of them is not", () => {
    const old = positionAt(5 + Number(params.maxAgeNumBlocks) + 101);
    const pool = new EvidencePool({ chainId, crypto, past, position: old });
    assert.deepEqual(verdictsOn(evidence, pool), ["EXPIRED", "EXPIRED", "EXPIRED"]);
    const young = new EvidencePool({
      chainId,
      crypto,
      past,
      position: { ...old, time: positionAt(25).time },
    });
    assert.deepEqual(verdictsOn(evidence, young), ["accepted", "added", ""]);
  });

  it("case 58: the same misbehaviour is in no block twice, nor in two blocks", () => {
    const pool = aPool(6);
    assert.equal(
      codeOf(() => pool.check([evidence, evidence])),
      "REPEATED",
    );
    pool.markCommitted({ ...positionAt(7), evidence: [evidence] });
    const { voteA } = evidence;
    const again = { ...evidence, voteA: { ...voteA, validatorIndex: voteA.validatorIndex + 1 } };
    // A peer may not have heard of the block yet: it is no lie.
    assert.deepEqual(verdictsOn(evidence, pool), ["COMMITTED", "known", ""]);
    assert.deepEqual(verdictsOn(again, pool), ["COMMITTED", "known", ""]);
  });

  it("case 58: forged signatures are refused, and cost the peer its connection", () => {
    const { voteA, voteB } = evidence;
    const signature = voteB.signature;
    const forged = { ...evidence, voteA: { ...voteA, signature } };
    const wrong = ["SIGNATURE_WRONG", "SIGNATURE_WRONG", "SIGNATURE_WRONG"];
    assert.deepEqual(verdictsOn(forged), wrong);
    assert.deepEqual(
      verdictsOn({ ...evidence, voteB: { ...voteB, signature: voteA.signature } }),
      wrong,
    );
  });

  it("case 58: what was signed for another chain is refused, and costs the connection", () => {
    const wrong = ["SIGNATURE_WRONG", "SIGNATURE_WRONG", "SIGNATURE_WRONG"];
    assert.deepEqual(verdictsOn(ofAnotherChain(evidence)), wrong);
  });

  it("case 58: what is of the future is refused, and costs the connection", () => {
    const future = someEvidence(liar, { height: createHeight(7n) });
    assert.deepEqual(verdictsOn(future), ["FUTURE", "FUTURE", "FUTURE"]);
  });
});

const simCrypto = createSimCrypto();
const accused = 3;
function signedBy(vote: Vote, chain: string): Vote {
  const signBytes = voteSignBytes({ chainId: chain, vote });
  const secretKey = validatorSecret(accused);
  return { ...vote, signature: simCrypto.signEd25519({ secretKey, message: signBytes }) };
}

const epochNs = 1_767_225_600_000_000_000n;

/** Four validators, and a peer that is none and accuses one of them. */
class EvidenceWorld {
  readonly #world = new SimWorld({ seed: 5, epochNs });
  readonly #genesis;
  readonly #nodes: readonly SimNode[];
  readonly watchers: Watchers;
  #wire: ObservedWire | undefined;
  isBanned = false;

  constructor() {
    const accounts = simAccounts(1, simCrypto);
    this.#genesis = simGenesis({ nodes: 4, accounts, crypto: simCrypto, timeNs: epochNs });
    const { address } = this.#genesis.validators[accused] ?? assert.fail();
    this.watchers = new Watchers({
      genesis: this.#genesis,
      crypto: simCrypto,
      liars: new Set([hexFromBytes(address)]),
    });
    this.#nodes = [0, 1, 2, 3].map(
      (index) =>
        new SimNode({
          world: this.#world,
          index,
          genesis: this.#genesis,
          crypto: simCrypto,
          isHonest: true,
          watchers: this.watchers,
          broken: (error) => assert.fail(String(error)),
        }),
    );
  }

  async start(): Promise<void> {
    for (const node of this.#nodes) node.boot();
    const { wire } = this.#world.boot("mallory");
    this.#wire = wire;
    await this.#world.finish(() =>
      wire.start({
        connected: () => undefined,
        disconnected: () => (this.isBanned = true),
        received: () => undefined,
      }),
    );
    await this.#world.run(this.#world.nowMs + 8_000);
  }

  async send(...pieces: readonly Evidence[]): Promise<void> {
    const list = frameWire.encode({ list: encodeEvidenceList(pieces) });
    assert.equal(this.#wire?.send({ peer: "n0", channel: "evidence", bytes: list }), true);
    await this.#world.run(this.#world.nowMs + 5_000);
  }

  /** Two precommits of the accused, for the last block and for nil. */
  pieceOf(options: { readonly chain?: string; readonly ahead?: bigint } = {}): Evidence {
    const { chain = simChainId, ahead = 0n } = options;
    const state = this.#nodes[0]?.node?.executor.state ?? assert.fail();
    const set = state.lastValidators ?? assert.fail();
    const { address } = this.#genesis.validators[accused] ?? assert.fail();
    const place = set.indexOf(address) ?? assert.fail();
    const none = new Uint8Array(0);
    const vote: Vote = {
      type: "precommit",
      height: createHeight(state.lastBlockHeight + ahead),
      round: createRound(0),
      blockId: nil,
      time: state.lastBlockTime,
      validatorAddress: address,
      validatorIndex: place,
      signature: none,
      extension: none,
      extensionSignature: none,
    };
    const [voteA, voteB] = orderVotes([
      signedBy(vote, chain),
      signedBy({ ...vote, blockId: state.lastBlockId }, chain),
    ]);
    return {
      kind: "duplicate-vote",
      voteA,
      voteB,
      powerTotal: set.powerTotal,
      validatorPower: set.validators[place]?.power ?? assert.fail(),
      time: state.lastBlockTime,
    };
  }
}

describe("evidence from a peer that is no validator", function () {
  this.timeout(60_000);

  it("case 58: is in a block once where it is true, whoever brings it", async () => {
    const world = new EvidenceWorld();
    await world.start();
    const piece = world.pieceOf();
    await world.send(piece);
    await world.send(piece, piece);
    assert.equal(world.watchers.punishment.committed, 1);
    assert.equal(world.isBanned, false);
  });

  const forms: Readonly<Record<string, (world: EvidenceWorld) => Evidence>> = {
    forged: (world) => {
      const piece = world.pieceOf();
      return { ...piece, voteA: { ...piece.voteA, signature: new Uint8Array(64).fill(1) } };
    },
    "of another chain": (world) => world.pieceOf({ chain: "another-1" }),
    "of the future": (world) => world.pieceOf({ ahead: 5n }),
  };
  for (const [form, make] of Object.entries(forms)) {
    it(`case 58: is in no block where it is ${form}, and its bringer is dropped`, async () => {
      const world = new EvidenceWorld();
      await world.start();
      await world.send(make(world));
      assert.ok(world.isBanned);
      assert.equal(world.watchers.punishment.committed, 0);
    });
  }
});
