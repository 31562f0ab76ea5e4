/**
 * Frames from any peer, by the stream that they come on: consensus with an engine in the middle of
 * a height behind it, transactions, blocks, evidence, and the bytes of a stream themselves.
 */
import { bytesFromText } from "@pyralog/chain/base";
import { EvidenceRelay } from "@pyralog/chain/evidence";
import { Gossip } from "@pyralog/chain/gossip";
import { BlockSync } from "@pyralog/chain/sync";
import {
  createHeight,
  createRound,
  createTime,
  encodeConsensusMessage,
  encodeEvidence,
  type ConsensusMessage,
} from "@pyralog/chain/types";
import { FrameError, FrameReader } from "@pyralog/node/io";
import { byteStrings, message } from "@pyralog/chain/codec";
import { aBlock } from "../../../chain/test/consensus/a-block.ts";
import { Bench } from "../../../chain/test/consensus/bench.ts";
import { aProposal, aVote, someValidators } from "../../../chain/test/consensus/some-validators.ts";
import { someEvidence } from "../../../chain/test/evidence/some-evidence.ts";
import { encodeFrame as encodeEvidenceFrame } from "../../../chain/src/evidence/wire.ts";
import { encodeFrame as encodeTxsFrame } from "../../../chain/src/mempool/wire.ts";
import { encodeFrame as encodeSyncFrame } from "../../../chain/src/sync/wire.ts";
import { stored } from "../../../chain/test/sync/a-chain.ts";
import { PooledChain } from "../../test/adversarial/a-pooled-chain.ts";
import { atDoor } from "../at-door.ts";
import type { Target } from "../target.ts";

const now = createTime(1_000_000_000n);
const peer = "x";
const inputsPerWorld = 128;
const validators = someValidators();
const consensusFrame = message("fuzz.ConsensusFrame", { messages: byteStrings(2) });

type Door = (bytes: Uint8Array) => void;

/** A stream each, as the first byte of an input says. */
function doors(): readonly Door[] {
  return [consensusDoor(), transactionsDoor(), syncDoor(), evidenceDoor(), streamDoor];
}

function consensusDoor(): Door {
  const bench = new Bench({ validators, self: 3 }).start();
  const gossip = new Gossip({ state: () => bench.engine.roundState() });
  return (bytes) => {
    gossip.step({ kind: "peer-connected", peer, now });
    for (const effect of gossip.step({ kind: "received", peer, bytes, now })) {
      if (effect.kind !== "deliver") continue;
      bench.command("frame", effect.input);
      for (const told of bench.effects) {
        const isTold = told.kind === "gained" || told.kind === "step-changed";
        if (isTold || told.kind === "decided") gossip.step({ ...told, now });
      }
    }
    gossip.step({ kind: "tick", now });
    gossip.step({ kind: "peer-disconnected", peer, now });
  };
}

function transactionsDoor(): Door {
  const node = new PooledChain();
  return (bytes) => {
    node.step({ kind: "peer-connected", peer });
    node.step({ kind: "received", peer, bytes });
    node.step({ kind: "tick" });
    node.step({ kind: "peer-disconnected", peer });
  };
}

function syncDoor(): Door {
  const sync = new BlockSync();
  sync.step({ kind: "height-started", height: createHeight(2n), base: createHeight(1n), now });
  const claim = encodeSyncFrame({
    kind: "status",
    height: createHeight(9n),
    base: createHeight(1n),
  });
  return (bytes) => {
    sync.step({ kind: "peer-connected", peer, now });
    sync.step({ kind: "received", peer, bytes: claim, now });
    for (const effect of sync.step({ kind: "received", peer, bytes, now })) {
      if (effect.kind !== "load-block") continue;
      sync.step({ kind: "loaded", peer, height: effect.height, stored: undefined, now });
    }
    sync.step({ kind: "peer-disconnected", peer, now });
  };
}

function evidenceDoor(): Door {
  const relay = new EvidenceRelay({ heightOf: () => createHeight(6n) });
  return (bytes) => {
    relay.step({ kind: "peer-connected", peer, now });
    relay.step({ kind: "received", peer, bytes, now });
    relay.step({ kind: "tick", now });
    relay.step({ kind: "peer-disconnected", peer, now });
  };
}

function streamDoor(bytes: Uint8Array): void {
  const reader = new FrameReader({ bytesMax: 1_000_000, framesMax: 1_000 });
  try {
    for (let at = 0; at < bytes.length; at += 7) reader.push(bytes.subarray(at, at + 7));
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
  }
  if (reader.heldBytes > 64 * 1024 + 2 * bytes.length) throw new Error("it holds what never came");
}

export function createTarget(): Target {
  let world = doors();
  let inputs = 0;
  return {
    shape: "protobuf",
    prefixBytes: 1,
    seeds: seeds(),
    tokens: [bytesFromText("test-chain"), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f)],
    run(input) {
      if (inputs++ % inputsPerWorld === 0) world = doors();
      world[(input[0] ?? 0) % world.length]?.(input.subarray(1));
    },
  };
}

function consensusMessages(): readonly ConsensusMessage[] {
  const [height, round] = [createHeight(1n), createRound(0)];
  const { blockId, parts } = aBlock("A");
  return [
    { kind: "proposal", proposal: aProposal(validators, { by: 0, blockId }) },
    {
      kind: "proposal",
      proposal: aProposal(validators, { by: 0, blockId, validRound: 0, round: 1 }),
    },
    ...parts.map((part) => ({ kind: "part", height, round, part }) as const),
    ...[0, 1, 2].flatMap((by) =>
      (["prevote", "precommit"] as const).map(
        (type) => ({ kind: "vote", vote: aVote(validators, { type, by, blockId }) }) as const,
      ),
    ),
    {
      kind: "new-round-step",
      height,
      round,
      step: 3,
      secondsSinceStart: 1n,
      lastCommitRound: { kind: "nil" },
    },
    { kind: "has-vote", height, round, type: "prevote", validatorIndex: 1 },
    {
      kind: "new-valid-block",
      height,
      round,
      header: blockId.parts,
      parts: [true],
      isCommit: false,
    },
    { kind: "vote-set-maj23", height, round, type: "prevote", blockId },
    {
      kind: "vote-set-bits",
      height,
      round,
      type: "prevote",
      blockId,
      votes: [true, false, true, true],
    },
  ];
}

function seeds(): readonly Uint8Array[] {
  const messages = consensusMessages();
  const height = createHeight(1n);
  const { chain } = new PooledChain();
  const hashes = [new Uint8Array(32).fill(7)];
  const { block, commit } = stored(2n);
  return [
    ...messages.map((one) =>
      atDoor(0, consensusFrame.encode({ messages: [encodeConsensusMessage(one)] })),
    ),
    atDoor(0, consensusFrame.encode({ messages: messages.map(encodeConsensusMessage) })),
    atDoor(1, encodeTxsFrame({ kind: "txs", txs: [chain.send(), chain.send({ memo: "b" })] })),
    atDoor(1, encodeTxsFrame({ kind: "have", hashes })),
    atDoor(1, encodeTxsFrame({ kind: "want", hashes })),
    atDoor(2, encodeSyncFrame({ kind: "block-request", height })),
    atDoor(2, encodeSyncFrame({ kind: "no-block", height: createHeight(2n) })),
    atDoor(
      2,
      encodeSyncFrame({ kind: "block", height: createHeight(2n), stored: { block, commit } }),
    ),
    atDoor(2, encodeSyncFrame({ kind: "status", height, base: height })),
    atDoor(3, encodeEvidenceFrame({ kind: "list", evidence: [someEvidence()] })),
    atDoor(3, encodeEvidence(someEvidence())),
    atDoor(4, Uint8Array.of(0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 0, 1, 0, 0)),
  ];
}
