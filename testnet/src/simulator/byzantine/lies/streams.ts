/** Lies beside consensus: junk transactions, blocks that are none, evidence that proves nothing. */
import {
  createHeight,
  createPower,
  createRound,
  createTime,
  encodeEvidenceList,
  nil,
  orderVotes,
  type Evidence,
  type Vote,
} from "@pyralog/chain/types";
import { evidenceFrameWire, syncWire, transactionsWire, type Frame } from "../frames.ts";
import type { Lie, LiarWorld } from "../lie.ts";

const keptMax = 50;

/** P2: transactions that are none, known ones again, and hashes of nothing. */
export function transactionSpam(world: LiarWorld): Lie {
  const { prng } = world;
  const kept: Frame[] = [];
  const none = { txs: undefined, have: undefined, want: undefined };
  const junk = (): Frame => {
    const many = (length: number): readonly Uint8Array[] =>
      Array.from({ length: 1 + prng.below(50) }, () => prng.bytes(length));
    const value = [
      { ...none, txs: { txs: many(1 + prng.below(300)) } },
      { ...none, have: { hashes: many(32) } },
      { ...none, want: { hashes: many(32) } },
      { ...none, want: { hashes: many(31) } },
    ][prng.chance(1, 10) ? 3 : prng.below(3)];
    return { channel: "transactions", bytes: transactionsWire.encode(value ?? none) };
  };
  return {
    hear: (frame) => {
      if (frame.channel === "transactions" && kept.length < keptMax) kept.push(frame);
    },
    act: () => {
      world.lied();
      for (const peer of world.peers()) {
        const again = kept[prng.below(Math.max(1, kept.length))];
        world.send(peer, again === undefined ? [junk()] : [junk(), again, again]);
      }
    },
  };
}

const boastHeights = 1_000n;

/** P4: heights that grow and shrink, blocks that are changed, withheld or not asked for. */
export function syncLies(world: LiarWorld): Lie {
  const { prng } = world;
  let served: Frame | undefined;
  return {
    pack: (frame) => {
      if (frame.channel !== "sync" || !prng.chance(1, 2)) return [frame];
      const opened = syncWire.decode(frame.bytes);
      const { statusResponse, blockResponse } = opened;
      if (statusResponse !== undefined) {
        world.lied();
        const height = statusResponse.height + (prng.chance(1, 2) ? boastHeights : -1n);
        const status = { ...statusResponse, height };
        return [{ channel: "sync", bytes: syncWire.encode({ ...opened, statusResponse: status }) }];
      }
      if (blockResponse === undefined) return [frame];
      world.lied();
      served = frame;
      if (prng.chance(1, 3)) return [];
      const { block } = blockResponse;
      const at = prng.below(block.length);
      const other = block.map((byte, index) => (index === at ? byte ^ 1 : byte));
      const response = { ...blockResponse, block: other };
      return [{ channel: "sync", bytes: syncWire.encode({ ...opened, blockResponse: response }) }];
    },
    act: () => {
      const peers = world.peers();
      const peer = peers[prng.below(Math.max(1, peers.length))];
      if (served === undefined || peer === undefined || !prng.chance(1, 10)) return;
      world.lied();
      world.send(peer, [served]);
    },
  };
}

/** Case 58: evidence that is forged, of another chain, of the future; and some against itself. */
export function oddEvidence(world: LiarWorld): Lie {
  const { prng } = world;
  return {
    act: () => {
      const right = evidenceAgainstItself(world);
      if (right === undefined || !prng.chance(1, 6)) return;
      world.lied();
      const evidence = prng.chance(1, 3) ? right : spoilt(right, world);
      const bytes = evidenceFrameWire.encode({ list: encodeEvidenceList([evidence]), have: [] });
      const peers = world.peers();
      const peer = peers[prng.below(Math.max(1, peers.length))];
      if (peer !== undefined) world.send(peer, [{ channel: "evidence", bytes }]);
    },
  };
}

/** Two precommits of the last height, which nobody saw in consensus; all of it true. */
function evidenceAgainstItself({ key, ...world }: LiarWorld): Evidence | undefined {
  const chain = world.chain();
  const set = chain?.lastValidators;
  const place = set?.indexOf(key.address);
  if (chain === undefined || set === undefined || place === undefined) return undefined;
  if (chain.lastBlockId.kind === "nil") return undefined;
  const none = new Uint8Array(0);
  const vote: Vote = {
    type: "precommit",
    height: chain.lastBlockHeight,
    round: createRound(0),
    blockId: nil,
    time: chain.lastBlockTime,
    validatorAddress: key.address,
    validatorIndex: place,
    signature: none,
    extension: none,
    extensionSignature: none,
  };
  const [voteA, voteB] = orderVotes([
    key.vote(vote),
    key.vote({ ...vote, blockId: chain.lastBlockId }),
  ]);
  return {
    kind: "duplicate-vote",
    voteA,
    voteB,
    powerTotal: set.powerTotal,
    validatorPower: set.validators[place]?.power ?? createPower(0n),
    time: chain.lastBlockTime,
  };
}

function spoilt(evidence: Evidence, { prng, key }: LiarWorld): Evidence {
  const { voteA, voteB } = evidence;
  const forms: readonly (() => Evidence)[] = [
    () => ({ ...evidence, voteA: { ...voteA, signature: prng.bytes(64) } }),
    () => ({
      ...evidence,
      voteA: key.vote(voteA, "simulated-2"),
      voteB: key.vote(voteB, "simulated-2"),
    }),
    () => {
      const height = createHeight(voteA.height + 5n);
      return {
        ...evidence,
        voteA: key.vote({ ...voteA, height }),
        voteB: key.vote({ ...voteB, height }),
      };
    },
    () => ({ ...evidence, validatorPower: createPower(evidence.validatorPower + 1n) }),
    () => ({ ...evidence, powerTotal: createPower(evidence.powerTotal - 1n) }),
    () => ({ ...evidence, time: createTime(evidence.time + 1n) }),
    () => ({ ...evidence, voteB: { ...voteB, extension: new Uint8Array(9) } }),
  ];
  return forms[prng.below(forms.length)]?.() ?? evidence;
}
