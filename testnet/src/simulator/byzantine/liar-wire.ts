/**
 * A wire with a liar at it. The node behind is production's, and correct; what it sends is changed,
 * kept back or multiplied on the way out, and signed with its own key where that is needed.
 */
import type { Prng } from "@pyralog/chain/base";
import type { Crypto } from "@pyralog/chain/crypto";
import {
  proposalSignBytes,
  validatorAddress,
  voteSignBytes,
  type BlockId,
} from "@pyralog/chain/types";
import type { Node } from "@pyralog/node/drivers";
import {
  messageBytesMax,
  type ObservedWire,
  type PeerId,
  type WireHandler,
} from "@pyralog/node/ports";
import { closeConsensus, openConsensus, type Frame } from "./frames.ts";
import { lieKinds, type LieKind } from "./kinds.ts";
import type { Lie, LiarKey, LiarWorld } from "./lie.ts";
import { extremes, mutation, replay } from "./lies/messages.ts";
import { badProposer, doubleProposal, invalidBlock } from "./lies/proposals.ts";
import { oddEvidence, syncLies, transactionSpam } from "./lies/streams.ts";
import { amnesia, doubleVote, voteFlood, withholding } from "./lies/votes.ts";

const lies: Readonly<Record<LieKind, (world: LiarWorld) => Lie>> = {
  "double-proposal": doubleProposal,
  "double-vote": doubleVote,
  amnesia,
  "bad-proposer": badProposer,
  withholding,
  "invalid-block": invalidBlock,
  extremes,
  "vote-flood": voteFlood,
  replay,
  mutation,
  "transaction-spam": transactionSpam,
  "sync-lies": syncLies,
  "odd-evidence": oddEvidence,
};

const actEveryMs = 500;

export type Plot = Pick<LiarWorld, "alternatives" | "sideOf">;

export interface LiarOptions {
  readonly wire: ObservedWire;
  readonly kinds: readonly LieKind[];
  readonly secretKey: Uint8Array;
  readonly chainId: string;
  readonly crypto: Crypto;
  readonly prng: Prng;
  /** What liars have agreed on, where they are in it together. */
  readonly plot?: Plot | undefined;
  readonly node: () => Node | undefined;
  /** Calls back at a simulated time, whether this run of the node still is or not. */
  readonly later: (delayMs: number, run: () => void) => void;
  readonly isCurrent: () => boolean;
  readonly invalid: (blockHash: Uint8Array) => void;
  readonly lied: (kind: LieKind) => void;
}

export function createLiarWire(options: LiarOptions): ObservedWire {
  return new LiarWire(options);
}

class LiarWire implements ObservedWire {
  readonly #options: LiarOptions;
  readonly #wire: ObservedWire;
  readonly #peers = new Set<PeerId>();
  readonly #lies: readonly Lie[];

  constructor(options: LiarOptions) {
    this.#options = options;
    this.#wire = options.wire;
    const key = createLiarKey(options);
    const { alternatives = new Map<string, BlockId>(), sideOf } = options.plot ?? {};
    // What a mutation leaves can be opened by nobody: it comes last.
    const inOrder = options.kinds.toSorted(
      (one, other) => lieKinds.indexOf(one) - lieKinds.indexOf(other),
    );
    this.#lies = inOrder.map((kind) =>
      lies[kind]({
        prng: options.prng,
        key,
        alternatives,
        sideOf,
        state: () => options.node()?.consensus.roundState,
        chain: () => options.node()?.executor.state,
        peers: () => [...this.#peers],
        send: (peer, frames) => this.#sendAll(peer, frames),
        later: options.later,
        invalid: options.invalid,
        lied: () => options.lied(kind),
      }),
    );
  }

  get self(): PeerId {
    return this.#wire.self;
  }

  async start(handler: WireHandler): Promise<void> {
    await this.#wire.start({
      connected: (peer) => {
        this.#peers.add(peer);
        handler.connected(peer);
      },
      disconnected: (peer) => {
        this.#peers.delete(peer);
        handler.disconnected(peer);
      },
      received: (message) => {
        for (const lie of this.#lies) lie.hear?.(message, message.peer);
        handler.received(message);
      },
    });
    this.#actSoon();
  }

  #actSoon(): void {
    this.#options.later(actEveryMs, () => {
      if (!this.#options.isCurrent()) return;
      for (const lie of this.#lies) lie.act?.();
      this.#actSoon();
    });
  }

  send({ peer, ...frame }: Frame & { readonly peer: PeerId }): boolean {
    let frames = this.#spoken(frame, peer);
    for (const { pack } of this.#lies) {
      if (pack !== undefined) frames = frames.flatMap((each) => pack(each, peer));
    }
    return this.#sendAll(peer, frames);
  }

  #spoken(frame: Frame, to: PeerId): readonly Frame[] {
    const speakers = this.#lies.filter(({ speak }) => speak !== undefined);
    if (frame.channel !== "consensus" || speakers.length === 0) return [frame];
    const opened = openConsensus(frame.bytes);
    if (opened === undefined) return [frame];
    let { messages } = opened;
    for (const { speak } of speakers) messages = speak?.(messages, to) ?? messages;
    return messages === opened.messages ? [frame] : closeConsensus({ ...opened, messages });
  }

  #sendAll(peer: PeerId, frames: readonly Frame[]): boolean {
    if (!this.#options.isCurrent()) return false;
    let isTaken = true;
    for (const { channel, bytes } of frames) {
      if (bytes.length === 0 || bytes.length > messageBytesMax[channel]) continue;
      isTaken = this.#wire.send({ peer, channel, bytes }) && isTaken;
    }
    return isTaken;
  }

  ban(peer: PeerId, reason: string): void {
    this.#wire.ban(peer, reason);
  }

  peers(): ReturnType<ObservedWire["peers"]> {
    return this.#wire.peers();
  }

  stop(): Promise<void> {
    return this.#wire.stop();
  }
}

function createLiarKey({ crypto, secretKey, chainId: ownChainId }: LiarOptions): LiarKey {
  const bytes = crypto.ed25519PublicKey(secretKey);
  return {
    address: validatorAddress({ type: "ed25519", bytes }),
    vote: (vote, chainId = ownChainId) => {
      const message = voteSignBytes({ chainId, vote });
      return { ...vote, signature: crypto.signEd25519({ secretKey, message }) };
    },
    proposal: (proposal) => {
      const message = proposalSignBytes({ chainId: ownChainId, proposal });
      return { ...proposal, signature: crypto.signEd25519({ secretKey, message }) };
    },
  };
}
