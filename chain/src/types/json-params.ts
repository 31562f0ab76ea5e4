/** Validators and consensus parameters, as v0.38.25's RPC writes them, and back. */
import { createAddress, createHeight, createPower } from "./create.ts";
import { JsonNode, type JsonObject } from "./json-node.ts";
import { hexToJson, keyTypeFromName, publicKeyToJson } from "./json-write.ts";
import type { ConsensusParams, PublicKey, Validator } from "./model.ts";
import { publicKeyBytes } from "./public-key.ts";
import { checkValidatorBasic } from "./validator-set.ts";

export function validatorToJson(validator: Validator): JsonObject {
  return {
    address: hexToJson(validator.address),
    pub_key: publicKeyToJson(validator.publicKey),
    voting_power: String(validator.power),
    proposer_priority: String(validator.proposerPriority),
  };
}

/** @throws TypesError unless it is a validator with the address of its key. */
export function validatorFromJson(json: unknown): Validator {
  const node = new JsonNode(json);
  return checkValidatorBasic({
    address: createAddress(node.get("address").hex()),
    publicKey: publicKeyFromNode(node.get("pub_key")),
    power: createPower(node.get("voting_power").int64()),
    proposerPriority: node.get("proposer_priority").int64(),
  });
}

export function publicKeyFromNode(node: JsonNode): PublicKey {
  const type = keyTypeFromName(node.get("type").text());
  if (type === undefined) {
    throw node.get("type").refusal("tendermint/PubKeyEd25519 or tendermint/PubKeySecp256k1");
  }
  const bytes = node.get("value").base64();
  if (bytes.length !== publicKeyBytes[type]) {
    throw node.get("value").refusal(`${publicKeyBytes[type]} bytes in base64`);
  }
  return { type, bytes };
}

export function consensusParamsToJson(params: ConsensusParams): JsonObject {
  const { block, evidence, validator, version, abci } = params;
  return {
    block: { max_bytes: String(block.maxBytes), max_gas: String(block.maxGas) },
    evidence: {
      max_age_num_blocks: String(evidence.maxAgeNumBlocks),
      max_age_duration: String(evidence.maxAgeDuration),
      max_bytes: String(evidence.maxBytes),
    },
    validator: { pub_key_types: validator.pubKeyTypes },
    version: { app: String(version.app) },
    abci: { vote_extensions_enable_height: String(abci.voteExtensionsEnableHeight) },
  };
}

/** Whether they hold together is `validateConsensusParams`. @throws TypesError */
export function consensusParamsFromJson(json: unknown): ConsensusParams {
  return consensusParamsFromNode(new JsonNode(json));
}

export function consensusParamsFromNode(node: JsonNode): ConsensusParams {
  const [block, evidence] = [node.get("block"), node.get("evidence")];
  const extensions = node.get("abci").get("vote_extensions_enable_height");
  if (extensions.int64() < 0n) throw extensions.refusal("0 or more");
  return {
    block: { maxBytes: block.get("max_bytes").int64(), maxGas: block.get("max_gas").int64() },
    evidence: {
      maxAgeNumBlocks: evidence.get("max_age_num_blocks").int64(),
      maxAgeDuration: evidence.get("max_age_duration").int64(),
      maxBytes: evidence.get("max_bytes").int64(),
    },
    validator: {
      pubKeyTypes: node
        .get("validator")
        .get("pub_key_types")
        .list()
        .map((type) => type.text()),
    },
    version: { app: node.get("version").get("app").uint64() },
    abci: { voteExtensionsEnableHeight: createHeight(extensions.int64()) },
  };
}
