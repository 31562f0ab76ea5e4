/** Makes the home of a node: of a new chain with this one validator, or of a chain to join. */
import { readFileSync } from "node:fs";
import { base64FromBytes, hexFromBytes } from "@pyralog/chain/base";
import { parseGenesis } from "@pyralog/chain/types";
import { checkGenesis, genesisAppState } from "#app";
import { createHome, createNodeKey, createValidatorKey, type ValidatorKey } from "#config";
import { CommandError } from "./command-error.ts";

export interface InitOptions {
  readonly home: string;
  readonly moniker: string;
  /** The id of a new chain. */
  readonly chainId?: string;
  /** The path of a genesis file to take over. */
  readonly genesis?: string;
}

const chainIdDefault = "pyralog-1";
const power = "100";
const decimals = 18;
const gasPriceMin = 1_000_000_000n;

/** @throws ConfigError `HOME_TAKEN`, CommandError; nothing is written then. */
export async function init(options: InitOptions): Promise<string> {
  const { home, moniker } = options;
  const nodeKey = createNodeKey();
  const validatorKey = createValidatorKey();
  const genesis = genesisOf(options, validatorKey);
  await createHome({ home, nodeKey, validatorKey, genesis, settings: { moniker } });
  return [
    `home        ${home}`,
    `node id     ${nodeKey.peerId}`,
    `validator   ${hexFromBytes(validatorKey.address).toUpperCase()}`,
    `start it:   pyralogd start --home ${home}`,
  ].join("\n");
}

function genesisOf(options: InitOptions, key: ValidatorKey): string {
  const { genesis, chainId = chainIdDefault } = options;
  const text = genesis === undefined ? newGenesis(chainId, key) : readGenesis(genesis);
  const problem = problemIn(text);
  if (problem === undefined) return text;
  const where = genesis === undefined ? "--chain-id" : `--genesis ${genesis}`;
  throw new CommandError({ code: "GENESIS_UNUSABLE", message: `${where}: ${problem}` });
}

function problemIn(text: string): string | undefined {
  const parsed = parseGenesis(text);
  if (parsed.kind === "refused") {
    const { key = "", value = "", want = "" } = parsed.error.facts;
    return `${String(key)} = ${String(value)} cannot be; write ${String(want)}`;
  }
  const [found] = checkGenesis(parsed.value);
  return found === undefined ? undefined : `${found.key} = ${found.value}: ${found.remedy}`;
}

function readGenesis(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new CommandError({
      code: "GENESIS_UNUSABLE",
      message: `--genesis ${path}: the file cannot be read; check its path`,
      cause,
    });
  }
}

/** Without accounts: they are added to the file before the chain begins. */
function newGenesis(chainId: string, key: ValidatorKey): string {
  const document = {
    genesis_time: new Date().toISOString(),
    chain_id: chainId,
    initial_height: "1",
    validators: [
      {
        address: hexFromBytes(key.address).toUpperCase(),
        pub_key: { type: "tendermint/PubKeyEd25519", value: base64FromBytes(key.publicKey) },
        power,
        name: "",
      },
    ],
    app_hash: "",
    app_state: genesisAppState({
      prefix: "pyr",
      denom: "apyr",
      decimals,
      dev: false,
      gasPriceMin,
      powerReduction: 10n ** BigInt(decimals),
      accounts: [],
      validators: [],
    }),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
