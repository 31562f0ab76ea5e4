/** Commits: who signed for a block, place by place in the order of the validator set. */
import { emptyBytes } from "#base";
import { commitWire, extendedCommitWire, type commitSigWire, type MessageValue } from "#codec";
import { blockIdFromWire, blockIdToWire, equalBlockIds, isBlock, nil } from "./block-id.ts";
import { createAddress, createHeight, createRound, createSignature, zeroTime } from "./create.ts";
import { validatorsMax } from "./limits.ts";
import type { BlockId, Commit, CommitSig, Height, Round, Vote } from "./model.ts";
import { timeFromWire, timeToWire } from "./time.ts";
import { typesError } from "./types-error.ts";
import { checkExtension } from "./vote.ts";

type CommitSigWire = MessageValue<typeof commitSigWire>;
type CommitWire = MessageValue<typeof commitWire>;

/** BlockIDFlag of the protobufs. */
export const blockIdFlags = { absent: 1, commit: 2, nil: 3 } as const;

/** The last commit of a chain's first block. */
export const emptyCommit: Commit = {
  height: createHeight(0n),
  round: createRound(0),
  blockId: nil,
  signatures: [],
};

export function commitSigToWire(sig: CommitSig): CommitSigWire {
  const blockIdFlag = blockIdFlags[sig.kind];
  if (sig.kind === "absent") {
    const timestamp = timeToWire(zeroTime);
    return { blockIdFlag, validatorAddress: emptyBytes, timestamp, signature: emptyBytes };
  }
  const { validatorAddress, signature } = sig;
  return { blockIdFlag, validatorAddress, timestamp: timeToWire(sig.time), signature };
}

export function commitSigFromWire(wire: CommitSigWire): CommitSig {
  const { blockIdFlag, validatorAddress, signature } = wire;
  const time = timeFromWire(wire.timestamp);
  if (blockIdFlag === blockIdFlags.absent) {
    if (validatorAddress.length + signature.length > 0 || time !== zeroTime) {
      throw typesError("ABSENT_NOT_EMPTY");
    }
    return { kind: "absent" };
  }
  if (blockIdFlag !== blockIdFlags.commit && blockIdFlag !== blockIdFlags.nil) {
    throw typesError("BLOCK_ID_FLAG_UNKNOWN", { blockIdFlag });
  }
  return {
    kind: blockIdFlag === blockIdFlags.commit ? "commit" : "nil",
    validatorAddress: createAddress(validatorAddress),
    time,
    signature: createSignature(signature),
  };
}

export function commitToWire(commit: Commit): CommitWire {
  return {
    height: commit.height,
    round: commit.round,
    blockId: blockIdToWire(commit.blockId),
    signatures: commit.signatures.map(commitSigToWire),
  };
}

export function commitFromWire(wire: CommitWire): Commit {
  if (wire.signatures.length > validatorsMax) {
    throw typesError("VALUE_RANGE", { field: "signatures", value: wire.signatures.length });
  }
  return checkCommitBasic({
    height: createHeight(wire.height),
    round: createRound(wire.round),
    blockId: blockIdFromWire(wire.blockId),
    signatures: wire.signatures.map(commitSigFromWire),
  });
}

/** The commit, if it can be one: above height 0 it names a block and has entries. */
export function checkCommitBasic(commit: Commit): Commit {
  if (commit.height === 0n) return commit;
  if (!isBlock(commit.blockId)) throw typesError("COMMIT_NIL");
  if (commit.signatures.length === 0) throw typesError("COMMIT_EMPTY");
  return commit;
}

export function encodeCommit(commit: Commit): Uint8Array {
  return commitWire.encode(commitToWire(commit));
}

/** @throws CodecError | TypesError unless it is a well-formed commit. */
export function decodeCommit(bytes: Uint8Array): Commit {
  return commitFromWire(commitWire.decode(bytes, { itemsMax: 2 * validatorsMax }));
}

/**
 * The commit that precommits of one round make, in the places of their validators. Votes for
 * another block than the decided one are left out, as they cannot stand in the commit.
 */
export function commitFromVotes(options: {
  readonly height: Height;
  readonly round: Round;
  readonly blockId: BlockId;
  readonly votes: readonly (Vote | undefined)[];
}): Commit {
  const { height, round, blockId, votes } = options;
  const signatures = Array.from(votes, (vote) => commitSigFromVote(vote, blockId));
  return { height, round, blockId, signatures };
}

function commitSigFromVote(vote: Vote | undefined, blockId: BlockId): CommitSig {
  if (vote === undefined) return { kind: "absent" };
  const { validatorAddress, time, signature } = vote;
  if (!isBlock(vote.blockId)) return { kind: "nil", validatorAddress, time, signature };
  if (!equalBlockIds(vote.blockId, blockId)) return { kind: "absent" };
  return { kind: "commit", validatorAddress, time, signature };
}

/** The precommit behind a commit's entry, without its extension. */
export function voteFromCommit(commit: Commit, validatorIndex: number): Vote | undefined {
  const sig = commit.signatures[validatorIndex];
  if (sig === undefined || sig.kind === "absent") return undefined;
  return {
    type: "precommit",
    height: commit.height,
    round: commit.round,
    blockId: sig.kind === "commit" ? commit.blockId : nil,
    time: sig.time,
    validatorAddress: sig.validatorAddress,
    validatorIndex,
    signature: sig.signature,
    extension: emptyBytes,
    extensionSignature: emptyBytes,
  };
}

/** What a commit leaves out, in its places: block sync hands them over together. */
export interface ExtendedCommit {
  readonly commit: Commit;
  readonly extensions: readonly Pick<Vote, "extension" | "extensionSignature">[];
}

const noExtension = { extension: emptyBytes, extensionSignature: emptyBytes };

export function encodeExtendedCommit({ commit, extensions }: ExtendedCommit): Uint8Array {
  const { signatures, ...rest } = commitToWire(commit);
  const extendedSignatures = signatures.map((sig, place) => ({
    ...sig,
    ...(extensions[place] ?? noExtension),
  }));
  return extendedCommitWire.encode({ ...rest, extendedSignatures });
}

/** @throws CodecError | TypesError unless it is a well-formed commit with its extensions. */
export function decodeExtendedCommit(bytes: Uint8Array): ExtendedCommit {
  const { extendedSignatures, ...rest } = extendedCommitWire.decode(bytes);
  const commit = commitFromWire({ ...rest, signatures: extendedSignatures });
  const extensions = extendedSignatures.map(({ extension, extensionSignature }, place) => {
    const extended = { extension, extensionSignature };
    checkExtension(extended);
    const length = extension.length + extensionSignature.length;
    if (commit.signatures[place]?.kind !== "commit" && length > 0) {
      throw typesError("EXTENSION_UNEXPECTED");
    }
    return extended;
  });
  return { commit, extensions };
}
