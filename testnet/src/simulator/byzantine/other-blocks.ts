/** Blocks beside the one that a correct proposer builds: as valid as it, or not at all. */
import { defined, emptyBytes, equalBytes, type Prng } from "@pyralog/chain/base";
import {
  createAddress,
  createHeight,
  createPower,
  createTime,
  hashCommit,
  hashEvidence,
  hashTxs,
  nil,
  type Address,
  type Block,
  type CommitSig,
  type Header,
  type ValidatorSet,
  type Vote,
} from "@pyralog/chain/types";

/** Without its transactions; where it has none, in another validator's name. Both are allowed. */
export function validOther(block: Block, validators: ValidatorSet): Block {
  if (block.txs.length > 0) return withTxs(block, []);
  const other = validators.validators.find(
    ({ address }) => !equalBytes(address, block.header.proposerAddress),
  );
  const proposerAddress = defined(other, "more than one validator").address;
  return { ...block, header: { ...block.header, proposerAddress } };
}

type Spoil = (block: Block, prng: Prng) => Block | undefined;

/** What each breaks, by name; nothing where the block has not what it needs. */
const spoils: Readonly<Record<string, Spoil>> = {
  "app hash": headed(({ appHash }) => ({ appHash: flipped(appHash) })),
  "validators hash": headed(({ validatorsHash }) => ({ validatorsHash: flipped(validatorsHash) })),
  "next validators hash": headed(({ nextValidatorsHash }) => ({
    nextValidatorsHash: flipped(nextValidatorsHash),
  })),
  "consensus hash": headed(({ consensusHash }) => ({ consensusHash: flipped(consensusHash) })),
  "results hash": headed(({ lastResultsHash }) => ({ lastResultsHash: flipped(lastResultsHash) })),
  "data hash": headed(({ dataHash }) => ({ dataHash: flipped(dataHash) })),
  "evidence hash": headed(({ evidenceHash }) => ({ evidenceHash: flipped(evidenceHash) })),
  "chain id": headed(({ chainId }) => ({ chainId: `${chainId}x` })),
  "later height": headed(({ height }) => ({ height: createHeight(height + 1n) })),
  "last block": headed(({ height }) => (height === 1n ? undefined : { lastBlockId: nil })),
  "later time": headed(({ time }) => ({ time: createTime(time + 1n) })),
  "earlier time": headed(({ time }) => ({ time: createTime(time - 1n) })),
  "stranger's turn": headed(({ proposerAddress }) => ({
    proposerAddress: flippedAddress(proposerAddress),
  })),
  "commit signature": ofCommit((one) =>
    one.kind === "absent" ? one : { ...one, signature: flipped(one.signature) },
  ),
  "commit address": ofCommit((one) =>
    one.kind === "absent"
      ? one
      : { ...one, validatorAddress: flippedAddress(one.validatorAddress) },
  ),
  "commit time": ofCommit((one) =>
    one.kind === "absent" ? one : { ...one, time: createTime(one.time + 1_000_000_000n) },
  ),
  "forged evidence": withForgedEvidence,
};

function headed(change: (header: Header) => Partial<Header> | undefined): Spoil {
  return (block) => {
    const changed = change(block.header);
    return changed && { ...block, header: { ...block.header, ...changed } };
  };
}

/** Changes one signature of the last commit, and lets the header say so. */
function ofCommit(change: (signature: CommitSig) => CommitSig): Spoil {
  return (block, prng) => {
    const { signatures } = block.lastCommit;
    const present = signatures.flatMap(({ kind }, index) => (kind === "absent" ? [] : [index]));
    const place = present[prng.below(Math.max(1, present.length))];
    if (place === undefined) return undefined;
    const changed = signatures.map((one, index) => (index === place ? change(one) : one));
    const lastCommit = { ...block.lastCommit, signatures: changed };
    const lastCommitHash = hashCommit(lastCommit);
    return { ...block, lastCommit, header: { ...block.header, lastCommitHash } };
  };
}

/** Two votes of the proposer that it never signed. */
function withForgedEvidence(block: Block): Block | undefined {
  const { height, time, proposerAddress } = block.header;
  const { lastCommit } = block;
  if (lastCommit.blockId.kind === "nil" || height === 1n) return undefined;
  const vote: Vote = {
    type: "precommit",
    height: createHeight(height - 1n),
    round: lastCommit.round,
    blockId: nil,
    time,
    validatorAddress: proposerAddress,
    validatorIndex: 0,
    signature: new Uint8Array(64).fill(1),
    extension: emptyBytes,
    extensionSignature: emptyBytes,
  };
  const evidence = [
    {
      kind: "duplicate-vote",
      voteA: vote,
      voteB: { ...vote, blockId: lastCommit.blockId },
      powerTotal: createPower(40n),
      validatorPower: createPower(10n),
      time,
    } as const,
  ];
  const evidenceHash = hashEvidence(evidence);
  return { ...block, evidence, header: { ...block.header, evidenceHash } };
}

/** A block that must be refused, and what is wrong with it. */
export function invalidOther(block: Block, prng: Prng): Block | undefined {
  const all = Object.values(spoils);
  return all[prng.below(all.length)]?.(block, prng);
}

function withTxs(block: Block, txs: readonly Uint8Array[]): Block {
  return { ...block, txs, header: { ...block.header, dataHash: hashTxs(txs) } };
}

function flipped(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return new Uint8Array(32);
  return bytes.map((byte, at) => (at === 3 ? byte ^ 1 : byte));
}

function flippedAddress(address: Address): Address {
  return createAddress(flipped(address));
}
