/** Whether evidence holds (v0.38 evidence/verify.go, spec/consensus/evidence.md). */
import { equalBytes, hexFromBytes } from "#base";
import {
  blockIdKey,
  verifyVote,
  type ConsensusParams,
  type Evidence,
  type Height,
  type SignatureVerifier,
  type Time,
  type Validator,
  type ValidatorSet,
} from "#types";
import { evidenceError, type EvidenceError } from "./evidence-error.ts";

/** What evidence is held against: the block at its height, and who decided it. */
export interface PastBlock {
  readonly time: Time;
  readonly validators: ValidatorSet;
}

/** Where the chain stands: the last block, and the parameters that hold after it. */
export interface ChainPosition {
  readonly height: Height;
  readonly time: Time;
  readonly params: ConsensusParams["evidence"];
}

/** Too old once both limits are passed: many quick blocks alone do not shorten the time. */
export function isExpired(
  evidence: { readonly height: Height; readonly time: Time },
  { height, time, params }: ChainPosition,
): boolean {
  const ageBlocks = height - evidence.height;
  const age = time - evidence.time;
  return ageBlocks > params.maxAgeNumBlocks && age > params.maxAgeDuration;
}

interface World {
  readonly chainId: string;
  readonly crypto: SignatureVerifier;
  readonly past: PastBlock;
}

/** The first fault found, signatures last; nothing where it holds. */
export function evidenceFault(evidence: Evidence, world: World): EvidenceError | undefined {
  const { past } = world;
  if (evidence.time !== past.time) {
    return evidenceError("TIME_WRONG", { want: past.time, got: evidence.time });
  }
  return votesFault(evidence) ?? accusedFault(evidence, world);
}

function votesFault({ voteA, voteB }: Evidence): EvidenceError | undefined {
  const same =
    voteA.height === voteB.height &&
    voteA.round === voteB.round &&
    voteA.type === voteB.type &&
    equalBytes(voteA.validatorAddress, voteB.validatorAddress);
  if (!same) return evidenceError("VOTES_DIFFER", { height: voteA.height });
  const extended = [voteA, voteB].some(
    ({ extension, extensionSignature }) => extension.length + extensionSignature.length > 0,
  );
  if (extended) return evidenceError("EXTENDED", { height: voteA.height });
  const [first, second] = [blockIdKey(voteA.blockId), blockIdKey(voteB.blockId)];
  if (first === second) return evidenceError("SAME_BLOCK", { height: voteA.height });
  return first > second ? evidenceError("ORDER", { height: voteA.height }) : undefined;
}

function accusedFault(evidence: Evidence, world: World): EvidenceError | undefined {
  const { chainId, crypto, past } = world;
  const { voteA, voteB } = evidence;
  const accused = validatorAt(past.validators, voteA.validatorAddress);
  if (accused === undefined) {
    return evidenceError("NOT_VALIDATOR", { address: hexFromBytes(voteA.validatorAddress) });
  }
  const powers = [
    { want: accused.power, got: evidence.validatorPower },
    { want: past.validators.powerTotal, got: evidence.powerTotal },
  ];
  const wrong = powers.find(({ want, got }) => want !== got);
  if (wrong !== undefined) return evidenceError("POWER_WRONG", wrong);
  const { publicKey } = accused;
  const signed = [voteA, voteB].every((vote) => verifyVote({ chainId, vote, publicKey, crypto }));
  return signed ? undefined : evidenceError("SIGNATURE_WRONG", { height: voteA.height });
}

export function validatorAt(set: ValidatorSet, address: Uint8Array): Validator | undefined {
  const place = set.indexOf(address);
  return place === undefined ? undefined : set.validators[place];
}
