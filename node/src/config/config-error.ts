import { ChainError } from "@pyralog/chain/base";

/**
 * - `FILE_MISSING`: a file that the node needs is not there.
 * - `FILE_MALFORMED`: a file is not TOML or not JSON at all.
 * - `KEY_UNKNOWN`: a file, a variable or a flag sets what no setting is called.
 * - `VALUE_INVALID`: a setting has a value that it cannot have.
 * - `VALUES_CONFLICT`: two settings contradict each other.
 * - `KEY_FILE_INVALID`: a key file does not hold the key that it should.
 * - `GENESIS_INVALID`: the genesis file does not describe a chain that this node can run.
 * - `HOME_OF_NETWORK`: the home belongs to a network of nodes, not to one node.
 * - `HOME_TAKEN`: the home already holds what would be created there.
 */
export type ConfigErrorCode =
  | "FILE_MISSING"
  | "FILE_MALFORMED"
  | "KEY_UNKNOWN"
  | "VALUE_INVALID"
  | "VALUES_CONFLICT"
  | "KEY_FILE_INVALID"
  | "GENESIS_INVALID"
  | "HOME_OF_NETWORK"
  | "HOME_TAKEN";

/** One mistake in what the operator wrote: where it stands, what it is, and what to do about it. */
export interface Mistake {
  readonly code: ConfigErrorCode;
  /** The file, `environment` or `command line`. */
  readonly file: string;
  /** The setting, or what else inside the file the mistake is about. */
  readonly key: string;
  /** As it was written; never a secret. */
  readonly value: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Its message is one line that names file, key, value and remedy. */
export class ConfigError extends ChainError<ConfigErrorCode> {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly [Mistake, ...Mistake[]]) {
    const [first] = mistakes;
    const { code, file, key, value, remedy } = first;
    super({ code, message: lineFromMistakes(mistakes), facts: { file, key, value, remedy } });
    this.mistakes = mistakes;
  }
}

function lineFromMistakes(mistakes: readonly [Mistake, ...Mistake[]]): string {
  const others = mistakes.length - 1;
  const rest = others === 0 ? "" : ` (and ${others} more: pyralogd config validate lists them)`;
  return lineFromMistake(mistakes[0]) + rest;
}

const valueLengthMax = 120;

/** `config/app.toml: minimum-gas-prices = "x": not a price; write …`, always one line. */
export function lineFromMistake(mistake: Mistake): string {
  const { file, key, value, problem, remedy } = mistake;
  const shown = value.length > valueLengthMax ? `${value.slice(0, valueLengthMax)}…` : value;
  const place = [file, key].filter((part) => part !== "").join(": ");
  const written = shown === "" ? "" : ` = ${shown}`;
  return `${place}${written}: ${problem}; ${remedy}`.replaceAll(/\s+/g, " ");
}

/** @throws ConfigError when there is any mistake. */
export function refuseMistakes(mistakes: readonly Mistake[]): void {
  const [first, ...rest] = mistakes;
  if (first !== undefined) throw new ConfigError([first, ...rest]);
}
