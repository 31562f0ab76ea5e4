/**
 * What a validator signs: the canonical form of a message, with its length in front
 * (v0.38 spec/core/encoding.md). Fixed-size heights and rounds; nil is no block id at all.
 */
import { canonicalProposalWire, canonicalVoteExtensionWire, canonicalVoteWire } from "#codec";
import { isBlock } from "./block-id.ts";
import type { BlockIdOrNil, PartSetHeader, Proposal, Vote } from "./model.ts";
import { timeToWire } from "./time.ts";
import { signedTypes, validRoundToWire } from "./vote.ts";

type VoteToSign = Pick<Vote, "type" | "height" | "round" | "blockId" | "time">;
type ExtensionToSign = Pick<Vote, "extension" | "height" | "round">;
type ProposalToSign = Omit<Proposal, "signature">;

export function voteSignBytes(options: {
  readonly chainId: string;
  readonly vote: VoteToSign;
}): Uint8Array {
  const { chainId, vote } = options;
  const canonical = canonicalVoteWire.encode({
    type: signedTypes[vote.type],
    height: vote.height,
    round: BigInt(vote.round),
    blockId: canonicalBlockId(vote.blockId),
    timestamp: timeToWire(vote.time),
    chainId,
  });
  return delimited(canonical);
}

export function voteExtensionSignBytes(options: {
  readonly chainId: string;
  readonly vote: ExtensionToSign;
}): Uint8Array {
  const { chainId, vote } = options;
  const { extension, height, round } = vote;
  return delimited(
    canonicalVoteExtensionWire.encode({ extension, height, round: BigInt(round), chainId }),
  );
}

export function proposalSignBytes(options: {
  readonly chainId: string;
  readonly proposal: ProposalToSign;
}): Uint8Array {
  const { chainId, proposal } = options;
  const canonical = canonicalProposalWire.encode({
    type: signedTypes.proposal,
    height: proposal.height,
    round: BigInt(proposal.round),
    polRound: BigInt(validRoundToWire(proposal.validRound)),
    blockId: canonicalBlockId(proposal.blockId),
    timestamp: timeToWire(proposal.time),
    chainId,
  });
  return delimited(canonical);
}

function canonicalBlockId(
  id: BlockIdOrNil,
): { readonly hash: Uint8Array; readonly parts: PartSetHeader } | undefined {
  return isBlock(id) ? id : undefined;
}

/** The length as a varint, then the message: one piece of memory, since every vote needs it. */
function delimited(canonical: Uint8Array): Uint8Array {
  let lengthBytes = 1;
  for (let rest = canonical.length; rest >= 0x80; rest >>>= 7) lengthBytes++;
  const whole = new Uint8Array(lengthBytes + canonical.length);
  let rest = canonical.length;
  for (let place = 0; place < lengthBytes; place++) {
    whole[place] = (rest & 0x7f) | (place + 1 < lengthBytes ? 0x80 : 0);
    rest >>>= 7;
  }
  whole.set(canonical, lengthBytes);
  return whole;
}
