/** The engine's round state as `consensus_state` and `dump_consensus_state` show it. Unstable. */
import type { PartsView, RoundState, VotesView } from "@pyralog/chain/consensus";
import {
  createRound,
  hashHeader,
  hexToJson,
  isBlock,
  blockToJson,
  proposalToJson,
  timeToRfc3339,
  validatorToJson,
  type Block,
  type Json,
  type JsonObject,
  type ValidatorSet,
  type Vote,
} from "@pyralog/chain/types";
import type { PeerRound } from "./backend.ts";

type Lock = RoundState["locked"];

const steps: Readonly<Record<RoundState["step"], number>> = {
  "new-height": 1,
  propose: 3,
  prevote: 4,
  precommit: 6,
  commit: 8,
};

export function roundToSummary(state: RoundState): JsonObject {
  const { validators, proposer } = state;
  return {
    "height/round/step": `${state.height}/${state.round}/${steps[state.step]}`,
    start_time: timeToRfc3339(state.startTime),
    proposal_block_hash: blockHashToJson(state.proposalParts?.block),
    locked_block_hash: blockHashToJson(blockOf(state, state.locked)),
    valid_block_hash: blockHashToJson(blockOf(state, state.valid)),
    height_vote_set: votesToJson(state),
    proposer: {
      address: hexToJson(proposer.address),
      index: validators.indexOf(proposer.address) ?? 0,
    },
  };
}

export function roundToJson(state: RoundState, lastValidators: ValidatorSet | undefined): Json {
  const { validators, proposalParts, locked, valid } = state;
  return {
    height: String(state.height),
    round: state.round,
    step: steps[state.step],
    start_time: timeToRfc3339(state.startTime),
    // The engine keeps no time of the commit but the one from which the next height begins.
    commit_time: timeToRfc3339(state.startTime),
    validators: setToJson(validators),
    proposal: mapped(state.proposalOf(state.round), proposalToJson),
    proposal_block: mapped(proposalParts?.block, blockToJson),
    proposal_block_parts: mapped(proposalParts, partsToJson),
    locked_round: roundOf(locked),
    locked_block: mapped(blockOf(state, locked), blockToJson),
    locked_block_parts: mapped(partsOf(state, locked), partsToJson),
    valid_round: roundOf(valid),
    valid_block: mapped(blockOf(state, valid), blockToJson),
    valid_block_parts: mapped(partsOf(state, valid), partsToJson),
    votes: votesToJson(state),
    commit_round: state.step === "commit" ? state.round : -1,
    last_commit: lastCommitToJson(state.lastCommit, lastValidators ?? validators),
    last_validators: mapped(lastValidators, setToJson),
    triggered_timeout_precommit: false,
  };
}

export function peerRoundToJson(peer: PeerRound): Json {
  const header = { total: peer.parts.length, hash: "" };
  return {
    node_address: peer.address,
    peer_state: {
      round_state: {
        height: String(peer.height),
        round: peer.round,
        step: steps[peer.step],
        start_time: timeToRfc3339(peer.startTime),
        proposal: peer.parts.length > 0,
        proposal_block_part_set_header: header,
        proposal_block_parts: mapped(peer.parts, bitsToText),
        proposal_pol_round: -1,
        proposal_pol: null,
        prevotes: bitsToText(peer.prevotes),
        precommits: bitsToText(peer.precommits),
        last_commit_round: -1,
        last_commit: null,
        catchup_commit_round: -1,
        catchup_commit: null,
      },
      stats: {
        votes: String(peer.prevotes.filter(Boolean).length),
        block_parts: String(peer.parts.filter(Boolean).length),
      },
    },
  };
}

function votesToJson(state: RoundState): Json {
  return Array.from({ length: state.round + 1 }, (_, index) => {
    const round = createRound(index);
    const prevotes = state.votesOf(round, "prevote");
    const precommits = state.votesOf(round, "precommit");
    return {
      round,
      prevotes: voteTexts(prevotes, state.validators),
      prevotes_bit_array: tallyToText(prevotes, state.validators),
      precommits: voteTexts(precommits, state.validators),
      precommits_bit_array: tallyToText(precommits, state.validators),
    };
  });
}

function lastCommitToJson(votes: VotesView | undefined, validators: ValidatorSet): Json {
  if (votes === undefined) return null;
  return {
    votes: voteTexts(votes, validators),
    votes_bit_array: tallyToText(votes, validators),
    peer_maj_23s: {},
  };
}

function voteTexts(votes: VotesView | undefined, { validators }: ValidatorSet): readonly string[] {
  return validators.map((_, index) => voteToText(votes?.get(index)));
}

const voteNames = {
  prevote: "SIGNED_MSG_TYPE_PREVOTE(Prevote)",
  precommit: "SIGNED_MSG_TYPE_PRECOMMIT(Precommit)",
} as const;

function voteToText(vote: Vote | undefined): string {
  if (vote === undefined) return "nil-Vote";
  const hash = isBlock(vote.blockId) ? vote.blockId.hash : new Uint8Array(0);
  const place = `${vote.height}/${String(vote.round).padStart(2, "0")}/${voteNames[vote.type]}`;
  const prints = [hash, vote.signature, vote.extension].map(fingerprint).join(" ");
  const voter = `${vote.validatorIndex}:${fingerprint(vote.validatorAddress)}`;
  return `Vote{${voter} ${place} ${prints} @ ${timeToRfc3339(vote.time)}}`;
}

/** Six bytes, padded with zeros. */
function fingerprint(bytes: Uint8Array): string {
  return hexToJson(bytes.subarray(0, 6)).padEnd(12, "0");
}

function tallyToText(votes: VotesView | undefined, set: ValidatorSet): string {
  const bits = set.validators.map((_, index) => votes?.has(index) ?? false);
  const voted = set.validators
    .filter((_, index) => bits[index] === true)
    .reduce((sum, { power }) => sum + power, 0n);
  const share = (Number(voted) / Number(set.powerTotal)).toFixed(2);
  return `BA{${bits.length}:${bitsToText(bits)}} ${voted}/${set.powerTotal} = ${share}`;
}

function bitsToText(bits: readonly boolean[]): string {
  return bits.map((bit) => (bit ? "x" : "_")).join("");
}

function partsToJson({ bits }: PartsView): JsonObject {
  const count = bits.filter(Boolean).length;
  return { "count/total": `${count}/${bits.length}`, parts_bit_array: bitsToText(bits) };
}

function partsOf(state: RoundState, lock: Lock): PartsView | undefined {
  return lock.kind === "nil" ? undefined : state.partsOf(lock.blockId.parts);
}

function blockOf(state: RoundState, lock: Lock): Block | undefined {
  return partsOf(state, lock)?.block;
}

function roundOf(lock: Lock): number {
  return lock.kind === "nil" ? -1 : lock.round;
}

function blockHashToJson(block: Block | undefined): string {
  return block === undefined ? "" : hexToJson(hashHeader(block.header));
}

function setToJson({ validators, proposer }: ValidatorSet): JsonObject {
  return { validators: validators.map(validatorToJson), proposer: validatorToJson(proposer) };
}

function mapped<Value>(value: Value | undefined, toJson: (value: Value) => Json): Json {
  return value === undefined ? null : toJson(value);
}
