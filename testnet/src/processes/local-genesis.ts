/** The genesis of a local network: its token, its funded accounts, its validators, marked dev. */
import { hexFromBytes } from "@pyralog/chain/base";
import { bytesFromBech32 } from "@pyralog/chain/crypto";
import { createAddress, parseGenesis } from "@pyralog/chain/types";
import { checkGenesis, genesisAppState } from "@pyralog/node/app";
import { validatorPublicKeyJson, type ValidatorKey } from "@pyralog/node/config";
import { mergePatch, type JsonValue } from "./merge-patch.ts";
import { NetworkError } from "./network-error.ts";

export interface LocalChain {
  readonly chainId: string;
  readonly prefix: string;
  readonly denom: string;
}

export interface LocalGenesisOptions {
  readonly chain: LocalChain;
  /** RFC 3339. */
  readonly time: string;
  readonly accounts: readonly { readonly address: string }[];
  readonly validators: readonly {
    readonly name: string;
    readonly key: ValidatorKey;
    /** Its operator's address. */
    readonly operator: string;
  }[];
  readonly patch: JsonValue;
}

const decimals = 18;
const unit = 10n ** BigInt(decimals);
const fundsOfAccount = 1_000_000n * unit;
const powerOfValidator = 100n;
const gasPriceMin = 1_000_000_000n;
/** What a network for trying things out has otherwise than a real one. */
const localParams: JsonValue = {
  staking: { params: { unbonding_time: "60s", max_validators: 16 } },
};

/** The document's text, patched and judged. @throws NetworkError `GENESIS_PATCH_INVALID` */
export function localGenesis(options: LocalGenesisOptions): string {
  const { chain, patch } = options;
  const document = {
    genesis_time: options.time,
    chain_id: chain.chainId,
    initial_height: "1",
    validators: options.validators.map(({ name, key }) => ({
      address: hexFromBytes(key.address).toUpperCase(),
      pub_key: validatorPublicKeyJson(key),
      power: powerOfValidator.toString(),
      name,
    })),
    app_hash: "",
    app_state: mergePatch(appState(options), localParams),
  };
  const text = `${JSON.stringify(mergePatch(document, patch), undefined, 2)}\n`;
  const problem = problemIn(text);
  if (problem === undefined) return text;
  throw patchInvalid(problem);
}

function problemIn(text: string): string | undefined {
  const parsed = parseGenesis(text);
  if (parsed.kind === "refused") {
    const { key = "", value = "", want = "" } = parsed.error.facts;
    return `${String(key)} = ${String(value)}: write ${String(want)}`;
  }
  const [found] = checkGenesis(parsed.value);
  return found === undefined ? undefined : `${found.key} = ${found.value}: ${found.remedy}`;
}

/** What the patch says about how addresses and the token are called, before they are written. */
export function chainFromPatch(patch: JsonValue, number: number): LocalChain {
  const chainId = textIn(patch, ["chain_id"]) ?? `pyralog-local-${number}`;
  return { chainId, ...identityIn(patch) };
}

export function chainFromGenesis(text: string): LocalChain {
  const genesis = parseGenesis(text);
  if (genesis.kind === "refused") throw genesis.error;
  const { chainId, appState: state } = genesis.value;
  const parsed: unknown = JSON.parse(state);
  return { chainId, ...identityIn({ app_state: parsed }) };
}

/** @throws NetworkError `GENESIS_PATCH_INVALID` on a file that is not JSON or not an object. */
export function patchFromText(text: string): JsonValue {
  try {
    const json: unknown = JSON.parse(text);
    if (isJsonObject(json)) return json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw patchInvalid(error.message);
  }
  throw patchInvalid("it is not a JSON object");
}

function appState({ chain, accounts, validators }: LocalGenesisOptions): JsonValue {
  const { prefix, denom } = chain;
  return genesisAppState({
    prefix,
    denom,
    decimals,
    dev: true,
    gasPriceMin,
    powerReduction: unit,
    accounts: accounts.map(({ address }) => ({ address, amount: fundsOfAccount })),
    validators: validators.map(({ name, key, operator }) => ({
      name,
      operator: createAddress(bytesFromBech32(operator).bytes),
      publicKey: key.publicKey,
      power: powerOfValidator,
    })),
  });
}

function identityIn(document: unknown): { readonly prefix: string; readonly denom: string } {
  return {
    prefix: textIn(document, ["app_state", "pyralog", "bech32_prefix"]) ?? "pyr",
    denom: textIn(document, ["app_state", "pyralog", "denom"]) ?? "apyr",
  };
}

function textIn(value: unknown, names: readonly string[]): string | undefined {
  let inner = value;
  for (const name of names) inner = isJsonObject(inner) ? inner[name] : undefined;
  return typeof inner === "string" ? inner : undefined;
}

/** `JSON.parse` gives nothing but JSON. */
function isJsonObject(value: unknown): value is { readonly [name: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function patchInvalid(problem: string): NetworkError {
  return new NetworkError({
    code: "GENESIS_PATCH_INVALID",
    message: `the file of --genesis gives no genesis that a chain can begin with: ${problem}`,
  });
}
