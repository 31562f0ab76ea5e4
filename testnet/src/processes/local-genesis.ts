/** The genesis of a local network: its token, its funded accounts, its validators, marked dev. */
import { base64FromBytes, hexFromBytes } from "@pyralog/chain/base";
import { parseGenesis } from "@pyralog/chain/types";
import type { ValidatorKey } from "@pyralog/node/config";
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
const fundsOfAccount = 1_000_000n * 10n ** BigInt(decimals);
const powerOfValidator = 100n;
const gasPriceMin = 1_000_000_000n;

/** The document's text, patched and judged. @throws NetworkError `GENESIS_PATCH_INVALID` */
export function localGenesis(options: LocalGenesisOptions): string {
  const { chain, patch } = options;
  const document = {
    genesis_time: options.time,
    chain_id: chain.chainId,
    initial_height: "1",
    validators: options.validators.map(({ name, key }) => ({
      address: hexFromBytes(key.address).toUpperCase(),
      pub_key: { type: "tendermint/PubKeyEd25519", value: base64FromBytes(key.publicKey) },
      power: powerOfValidator.toString(),
      name,
    })),
    app_hash: "",
    app_state: appState(options),
  };
  const text = `${JSON.stringify(mergePatch(document, patch), undefined, 2)}\n`;
  const parsed = parseGenesis(text);
  if (parsed.kind === "ok") return text;
  const { key = "", value = "", want = "" } = parsed.error.facts;
  throw patchInvalid(`${String(key)} = ${String(value)}: write ${String(want)}`);
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

function appState({ chain, accounts }: LocalGenesisOptions): JsonValue {
  const { prefix, denom } = chain;
  const display = denom.replace(/^a/, "");
  return {
    pyralog: {
      bech32_prefix: prefix,
      denom,
      dev: true,
      gas_price_min: gasPriceMin.toString(),
    },
    bank: {
      balances: accounts.map(({ address }) => ({
        address,
        coins: [{ denom, amount: fundsOfAccount.toString() }],
      })),
      denom_metadata: [
        {
          description: "Pays for transactions and stakes validators.",
          denom_units: [
            { denom, exponent: 0, aliases: [] },
            { denom: display, exponent: decimals, aliases: [] },
          ],
          base: denom,
          display,
          name: "Pyralog",
          symbol: display.toUpperCase(),
        },
      ],
    },
  };
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
