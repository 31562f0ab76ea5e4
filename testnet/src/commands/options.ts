/** The options of `npm start`, checked before anything is made. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { basePortDefault, NetworkError } from "#processes";

export interface StartFlags {
  readonly clusters?: string;
  readonly nodes: string;
  readonly home?: string;
  readonly reset?: boolean;
  readonly json?: boolean;
  readonly basePort: string;
  readonly genesis?: string;
}

export interface StartOptions {
  readonly clusters: number | undefined;
  readonly home: string;
  readonly reset: boolean;
  readonly json: boolean;
  readonly basePort: number;
  readonly genesisPatch: string | undefined;
}

const clustersMax = 16;
const portMin = 1024;
/** The last node's last port must still be one. */
const portMax = 65_535 - 10 * clustersMax;

/** @throws NetworkError `OPTION_INVALID` */
export function startOptionsFrom(flags: StartFlags): StartOptions {
  if (flags.nodes !== "1") throw nodesRefused(flags.nodes);
  const { clusters, genesis } = flags;
  return {
    clusters:
      clusters === undefined
        ? undefined
        : wholeFrom(clusters, { name: "--clusters", min: 1, max: clustersMax }),
    home: networkHome(flags.home),
    reset: flags.reset === true,
    json: flags.json === true,
    basePort: wholeFrom(flags.basePort, { name: "--base-port", min: portMin, max: portMax }),
    genesisPatch: genesis === undefined ? undefined : resolve(genesis),
  };
}

/** `--home`, else `$PYRALOG_HOME`, else `.pyralog` in the project. */
export function networkHome(flag: string | undefined): string {
  const { PYRALOG_HOME: variable = "" } = process.env;
  if (flag !== undefined) return resolve(flag);
  if (variable !== "") return resolve(variable);
  const here = resolve(".pyralog");
  if (existsSync(here)) return here;
  return join(fileURLToPath(new URL("../../../", import.meta.url)), ".pyralog");
}

export const basePortText = basePortDefault.toString();

function wholeFrom(
  text: string,
  bounds: { readonly name: string; readonly min: number; readonly max: number },
): number {
  const { name, min, max } = bounds;
  const number = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  if (number >= min && number <= max) return number;
  throw new NetworkError({
    code: "OPTION_INVALID",
    message: `${name} ${text} cannot be; write a whole number from ${min} to ${max}`,
  });
}

function nodesRefused(text: string): NetworkError {
  return new NetworkError({
    code: "OPTION_INVALID",
    message:
      text === "3" || text === "5"
        ? `--nodes ${text}: clusters of several machines do not exist yet; leave it at 1`
        : `--nodes ${text} cannot be; write 1`,
  });
}
