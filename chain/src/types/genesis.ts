/**
 * The genesis document: what a chain's nodes agree on before the first block, in CometBFT's JSON.
 * What a mistake names is the member's path, its value and what would do.
 */
import { bytesFromText, equalBytes, hexFromBytes, ok, refused, type Result } from "#base";
import { attempt } from "./attempt.ts";
import { createHeight, createPower, zeroTime } from "./create.ts";
import { JsonNode, type Json, type JsonObject } from "./json-node.ts";
import {
  consensusParamsFromNode,
  consensusParamsToJson,
  publicKeyFromNode,
} from "./json-params.ts";
import { memberText } from "./json-text.ts";
import { hexToJson, publicKeyToJson } from "./json-write.ts";
import { chainIdLengthMax, powerTotalMax, validatorsMax } from "./limits.ts";
import type { Address, ConsensusParams, Height, Power, PublicKey, Time } from "./model.ts";
import { consensusParamsDefault, validateConsensusParams } from "./params.ts";
import { validatorAddress } from "./public-key.ts";
import { timeToRfc3339 } from "./time.ts";
import { typesError, TypesError } from "./types-error.ts";

export interface GenesisValidator {
  readonly address: Address;
  readonly publicKey: PublicKey;
  readonly power: Power;
  readonly name: string;
}

export interface GenesisDocument {
  readonly genesisTime: Time;
  readonly chainId: string;
  readonly initialHeight: Height;
  readonly consensusParams: ConsensusParams;
  /** May be empty: then the application names them in InitChain. */
  readonly validators: readonly GenesisValidator[];
  readonly appHash: Uint8Array;
  /** The application's own JSON, letter by letter as it was written; "" where there is none. */
  readonly appState: string;
}

/** Refuses with `JSON_INVALID`, `PARAMS_INVALID` or `GENESIS_INVALID`: key, value, want. */
export function parseGenesis(text: string): Result<GenesisDocument, TypesError> {
  const read = attempt(() => readGenesis(text));
  if (read.kind === "ok") return ok(read.value);
  if (read.error instanceof TypesError) return refused(read.error);
  throw read.error;
}

function readGenesis(text: string): GenesisDocument {
  const node = new JsonNode(parseJson(text));
  const params = node.get("consensus_params");
  const genesis = {
    genesisTime: genesisTimeOf(node.get("genesis_time")),
    chainId: chainIdOf(node.get("chain_id")),
    initialHeight: initialHeightOf(node.get("initial_height")),
    consensusParams: params.absent ? consensusParamsDefault : consensusParamsFromNode(params),
    validators: validatorsOf(node.get("validators")),
    appHash: node.get("app_hash").hex(),
    appState: node.get("app_state").absent ? "" : (memberText(text, "app_state") ?? ""),
  };
  const valid = validateConsensusParams(genesis.consensusParams);
  if (valid.kind === "refused") throw valid.error;
  return genesis;
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw typesError("JSON_INVALID", { key: "", value: error.message, want: "JSON" });
  }
}

/** CometBFT takes the clock's time where there is none, so that each node would take its own. */
function genesisTimeOf(node: JsonNode): Time {
  const time = node.time();
  if (time === zeroTime) throw unfit(node, "the time at which the chain begins");
  return time;
}

function chainIdOf(node: JsonNode): string {
  const chainId = node.text();
  const length = bytesFromText(chainId).length;
  if (length < 1 || length > chainIdLengthMax) {
    throw unfit(node, `a name of 1 to ${chainIdLengthMax} letters`);
  }
  return chainId;
}

function initialHeightOf(node: JsonNode): Height {
  const height = node.int64();
  if (height < 0n) throw unfit(node, "1 or more");
  return createHeight(height === 0n ? 1n : height);
}

function validatorsOf(node: JsonNode): readonly GenesisValidator[] {
  const nodes = node.list();
  if (nodes.length > validatorsMax) throw unfit(node, `at most ${validatorsMax} validators`);
  const seen = new Set<string>();
  let powerTotal = 0n;
  return nodes.map((entry) => {
    const validator = validatorFromNode(entry);
    const key = hexFromBytes(validator.address);
    if (seen.has(key)) throw unfit(entry.get("pub_key"), "a key that no other validator has");
    seen.add(key);
    powerTotal += validator.power;
    if (powerTotal > powerTotalMax) {
      throw unfit(entry.get("power"), `at most ${powerTotalMax} in all`);
    }
    return validator;
  });
}

function validatorFromNode(node: JsonNode): GenesisValidator {
  const publicKey = publicKeyFromNode(node.get("pub_key"));
  const power = node.get("power");
  if (power.int64() <= 0n) throw unfit(power, "more than 0");
  const address = validatorAddress(publicKey);
  const named = node.get("address");
  if (named.hex().length > 0 && !equalBytes(named.hex(), address)) {
    throw unfit(named, `its key's address, ${hexToJson(address)}`);
  }
  return { address, publicKey, power: createPower(power.int64()), name: node.get("name").text() };
}

function unfit(node: JsonNode, want: string): TypesError {
  return typesError("GENESIS_INVALID", { key: node.path, value: node.shown, want });
}

/** As the RPC's `genesis` answers. The application's state is parsed for it: a view, not a copy. */
export function genesisToJson(genesis: GenesisDocument): JsonObject {
  const { appState } = genesis;
  const appStateJson: Json = appState === "" ? null : JSON.parse(appState);
  return {
    ...genesisHead(genesis),
    ...(appState === "" ? {} : { app_state: appStateJson }),
  };
}

/** The document itself, the application's state in it letter by letter. */
export function genesisToText(genesis: GenesisDocument): string {
  const head = JSON.stringify(genesisHead(genesis), undefined, 2);
  if (genesis.appState === "") return `${head}\n`;
  return `${head.slice(0, -2)},\n  "app_state": ${genesis.appState}\n}\n`;
}

function genesisHead(genesis: GenesisDocument): JsonObject {
  const { validators } = genesis;
  return {
    genesis_time: timeToRfc3339(genesis.genesisTime),
    chain_id: genesis.chainId,
    initial_height: String(genesis.initialHeight),
    consensus_params: consensusParamsToJson(genesis.consensusParams),
    ...(validators.length === 0 ? {} : { validators: validators.map(validatorToJson) }),
    app_hash: hexToJson(genesis.appHash),
  };
}

function validatorToJson(validator: GenesisValidator): JsonObject {
  return {
    address: hexToJson(validator.address),
    pub_key: publicKeyToJson(validator.publicKey),
    power: String(validator.power),
    name: validator.name,
  };
}
