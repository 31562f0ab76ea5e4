/** Headers and blocks, as v0.38.25's RPC writes them, and back. */
import { base64FromBytes } from "#base";
import { checkHeaderBasic } from "./block.ts";
import { createAddress, createHash, createHeight } from "./create.ts";
import { JsonNode, type JsonObject } from "./json-node.ts";
import {
  blockIdFromNode,
  blockIdToJson,
  commitFromNode,
  commitToJson,
  evidenceFromNode,
  evidenceToJson,
} from "./json-vote.ts";
import { hexToJson } from "./json-write.ts";
import type { Block, Header } from "./model.ts";
import { timeToRfc3339 } from "./time.ts";

export function headerToJson(header: Header): JsonObject {
  const { version } = header;
  return {
    // Go leaves a zero version out.
    version: {
      ...(version.block === 0n ? {} : { block: String(version.block) }),
      ...(version.app === 0n ? {} : { app: String(version.app) }),
    },
    chain_id: header.chainId,
    height: String(header.height),
    time: timeToRfc3339(header.time),
    last_block_id: blockIdToJson(header.lastBlockId),
    last_commit_hash: hexToJson(header.lastCommitHash),
    data_hash: hexToJson(header.dataHash),
    validators_hash: hexToJson(header.validatorsHash),
    next_validators_hash: hexToJson(header.nextValidatorsHash),
    consensus_hash: hexToJson(header.consensusHash),
    app_hash: hexToJson(header.appHash),
    last_results_hash: hexToJson(header.lastResultsHash),
    evidence_hash: hexToJson(header.evidenceHash),
    proposer_address: hexToJson(header.proposerAddress),
  };
}

/** @throws TypesError unless it is a well-formed header. */
export function headerFromJson(json: unknown): Header {
  return headerFromNode(new JsonNode(json));
}

function headerFromNode(node: JsonNode): Header {
  const hash = (name: string): Uint8Array => createHash(node.get(name).hex(), name);
  const version = node.get("version");
  return checkHeaderBasic({
    version: { block: version.get("block").uint64(), app: version.get("app").uint64() },
    chainId: node.get("chain_id").text(),
    height: createHeight(node.get("height").int64()),
    time: node.get("time").time(),
    lastBlockId: blockIdFromNode(node.get("last_block_id")),
    lastCommitHash: hash("last_commit_hash"),
    dataHash: hash("data_hash"),
    validatorsHash: hash("validators_hash"),
    nextValidatorsHash: hash("next_validators_hash"),
    consensusHash: hash("consensus_hash"),
    appHash: node.get("app_hash").hex(),
    lastResultsHash: hash("last_results_hash"),
    evidenceHash: hash("evidence_hash"),
    proposerAddress: createAddress(node.get("proposer_address").hex()),
  });
}

export function blockToJson(block: Block): JsonObject {
  return {
    header: headerToJson(block.header),
    data: { txs: block.txs.map(base64FromBytes) },
    evidence: { evidence: block.evidence.map(evidenceToJson) },
    last_commit: commitToJson(block.lastCommit),
  };
}

/** @throws TypesError unless its parts are well-formed, each for itself. */
export function blockFromJson(json: unknown): Block {
  const node = new JsonNode(json);
  return {
    header: headerFromNode(node.get("header")),
    txs: node
      .get("data")
      .get("txs")
      .list()
      .map((tx) => tx.base64()),
    evidence: node.get("evidence").get("evidence").list().map(evidenceFromNode),
    lastCommit: commitFromNode(node.get("last_commit")),
  };
}
