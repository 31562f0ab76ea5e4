/**
 * Results of execution, as v0.38.25's RPC writes them. Go has two ways with the same value: one
 * names every field, the other leaves out those that are empty; which one it is depends on where
 * the value stands.
 */
import { JsonNode, type JsonObject } from "./json-node.ts";
import { base64FromBytes } from "#base";
import { bytesToJson } from "./json-write.ts";
import { consensusParamsToJson } from "./json-params.ts";
import type {
  ChainEvent,
  ConsensusParams,
  EventAttribute,
  TxResult,
  ValidatorUpdate,
} from "./model.ts";

/** Every field: in `tx`, `tx_search`, `block_results` and `broadcast_tx_commit`. */
export function txResultToJson(result: TxResult): JsonObject {
  return {
    code: result.code,
    data: bytesToJson(result.data),
    log: result.log,
    info: result.info,
    gas_wanted: String(result.gasWanted),
    gas_used: String(result.gasUsed),
    events: result.events.map(({ type, attributes }) => ({
      type,
      attributes: attributes.map(attributeToJson),
    })),
    codespace: result.codespace,
  };
}

/** Without what is empty: in the events of subscriptions. */
export function txResultToSparseJson(result: TxResult): JsonObject {
  const { code, data, log, info, gasWanted, gasUsed, events, codespace } = result;
  return {
    ...(code === 0 ? {} : { code }),
    ...(data.length === 0 ? {} : { data: base64FromBytes(data) }),
    ...(log === "" ? {} : { log }),
    ...(info === "" ? {} : { info }),
    ...(gasWanted === 0n ? {} : { gas_wanted: String(gasWanted) }),
    ...(gasUsed === 0n ? {} : { gas_used: String(gasUsed) }),
    ...(events.length === 0 ? {} : { events: events.map(eventToJson) }),
    ...(codespace === "" ? {} : { codespace }),
  };
}

/** An event of a block: in `finalize_block_events` and in subscriptions. */
export function eventToJson({ type, attributes }: ChainEvent): JsonObject {
  return {
    ...(type === "" ? {} : { type }),
    ...(attributes.length === 0 ? {} : { attributes: attributes.map(attributeToJson) }),
  };
}

function attributeToJson({ key, value, index }: EventAttribute): JsonObject {
  return { key, value, index };
}

/** @throws TypesError */
export function txResultFromJson(json: unknown): TxResult {
  const node = new JsonNode(json);
  return {
    code: node.get("code").uint32(),
    data: node.get("data").base64(),
    log: node.get("log").text(),
    info: node.get("info").text(),
    gasWanted: node.get("gas_wanted").int64(),
    gasUsed: node.get("gas_used").int64(),
    events: node.get("events").list().map(eventFromNode),
    codespace: node.get("codespace").text(),
  };
}

function eventFromNode(node: JsonNode): ChainEvent {
  const attributes = node
    .get("attributes")
    .list()
    .map((attribute) => ({
      key: attribute.get("key").text(),
      value: attribute.get("value").text(),
      index: attribute.get("index").flag(),
    }));
  return { type: node.get("type").text(), attributes };
}

/** As `block_results` names keys: by the protobuf's oneof. A removal has no power. */
export function validatorUpdateToJson({ publicKey, power }: ValidatorUpdate): JsonObject {
  const { type, bytes } = publicKey;
  const name = type === "ed25519" ? "Ed25519" : "Secp256K1";
  return {
    pub_key: {
      Sum: {
        type: `tendermint.crypto.PublicKey_${name}`,
        value: { [type]: base64FromBytes(bytes) },
      },
    },
    ...(power === 0n ? {} : { power: String(power) }),
  };
}

/** As `block_results` writes changed parameters: zero and empty members are left out. */
export function consensusParamUpdatesToJson(params: ConsensusParams): JsonObject {
  const sparse = Object.entries(consensusParamsToJson(params)).map(([group, members]) => {
    const set = Object.entries(members ?? {}).filter(([, value]) => value !== "0");
    return [group, Object.fromEntries(set)] as const;
  });
  return Object.fromEntries(sparse);
}
