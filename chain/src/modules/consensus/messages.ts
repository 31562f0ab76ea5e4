/** The amino form of the module's one message, and the parameters that it spells. */
import { consensusParamsWire, type ConsensusMsgUpdateParams } from "#codec";
import { aminoNumber, aminoText, refusals, TxError, type AminoValue } from "#execution";
import { decodeConsensusParams, type ConsensusParams } from "#types";

export const updateParamsAmino = "cosmos-sdk/x/consensus/MsgUpdateParams";

/** All parameters that a change has to name; vote extensions alone may be left out. */
export function paramsOf(message: ConsensusMsgUpdateParams): ConsensusParams {
  const { block, evidence, validator, abci } = message;
  if (block === undefined || evidence === undefined || validator === undefined) {
    throw new TxError(refusals.INVALID_REQUEST, "all parameters must be present");
  }
  const version = undefined;
  return decodeConsensusParams(
    consensusParamsWire.encode({ block, evidence, validator, version, abci }),
  );
}

export function updateParamsToAmino(message: ConsensusMsgUpdateParams): AminoValue {
  const { authority, block, evidence, validator, abci } = message;
  return {
    authority: aminoText(authority),
    block: block && {
      max_bytes: aminoNumber(block.maxBytes),
      max_gas: aminoNumber(block.maxGas),
    },
    evidence: evidence && {
      max_age_duration: durationToAmino(evidence.maxAgeDuration),
      max_age_num_blocks: aminoNumber(evidence.maxAgeNumBlocks),
      max_bytes: aminoNumber(evidence.maxBytes),
    },
    validator: validator && { pub_key_types: validator.pubKeyTypes },
    abci: abci && {
      vote_extensions_enable_height: aminoNumber(abci.voteExtensionsEnableHeight),
    },
  };
}

/** Amino JSON writes a duration as its nanoseconds. */
function durationToAmino(duration: { readonly seconds: bigint; readonly nanos: number }): string {
  return (duration.seconds * 1_000_000_000n + BigInt(duration.nanos)).toString();
}
