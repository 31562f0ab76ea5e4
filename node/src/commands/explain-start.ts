/**
 * What can end a start although files and flags were found right, because the world differs from
 * them. The operator reads what it is, with which value, and what to do; the error is the cause.
 */
import { ReplicaError } from "@pyralog/chain/replica";
import { StateError } from "@pyralog/chain/merkle";
import { textFromTcpAddress, type Config, type NodeSetup, type TcpAddress } from "#config";
import { PortError } from "#ports";
import { StorageError } from "#storage";
import { CommandError } from "./command-error.ts";

/** The error to report; one that nothing more is known of stays as it is. */
export function explainStart(error: unknown, { config }: NodeSetup): unknown {
  if (error instanceof ReplicaError && error.code === "BLOCK_CHAIN_ID") {
    return chainDiffers(error, config);
  }
  if (error instanceof PortError && error.code === "LOCKED") return homeInUse(error, config);
  return dataDamaged(error, config) ?? addressTaken(error, config) ?? error;
}

function chainDiffers(error: ReplicaError, { paths }: Config): CommandError {
  const { stored = "", genesis = "" } = error.facts;
  return new CommandError({
    code: "CHAIN_DIFFERS",
    message:
      `${paths.genesis}: chain_id = ${String(genesis)}: ${paths.data} holds ${String(stored)}; ` +
      "restore the genesis file of that chain, or join the other one with another --home",
    cause: error,
  });
}

function homeInUse(error: PortError, { paths }: Config): CommandError {
  return new CommandError({
    code: "HOME_IN_USE",
    message:
      `--home = ${paths.home}: another process has its data open; ` +
      "stop that node first, and never run one validator twice",
    cause: error,
  });
}

const resync =
  "restore the home's data directory from a copy, or remove all of it but the file sign-record, " +
  "and the node fetches the chain from its peers";

/** Each says which file or part it is; what is left to do is the same for all of them. */
function dataDamaged(error: unknown, { paths }: Config): CommandError | undefined {
  const { data } = paths;
  if (error instanceof StorageError) return damaged(`${data}: ${error.message}`, error);
  if (error instanceof PortError && error.code === "TABLE_CORRUPT") {
    const { path = data, reason = "" } = error.facts;
    return damaged(`${String(path)}: ${String(reason)}; ${resync}`, error);
  }
  if (error instanceof StateError) {
    return damaged(`${data}/application.db: ${error.message}; ${resync}`, error);
  }
  if (error instanceof ReplicaError && unreachable.has(error.code)) {
    return damaged(`${data}: ${error.message}; ${resync}`, error);
  }
  return undefined;
}

/** Of what a crash leaves, nothing is like this. */
const unreachable: ReadonlySet<string> = new Set(["HEIGHTS_UNREACHABLE", "APP_HASH_MISMATCH"]);

function damaged(message: string, cause: Error): CommandError {
  return new CommandError({ code: "DATA_DAMAGED", message, cause });
}

/** Only the failure of the address itself counts, whoever was to listen there. */
function addressTaken(error: unknown, config: Config): CommandError | undefined {
  const told = toldBySystem(error);
  if (told === undefined) return undefined;
  const listeners: readonly (readonly [key: string, address: TcpAddress])[] = [
    ["p2p.laddr", config.p2p.listen],
    ["rpc.laddr", config.rpc.listen],
    ["instrumentation.prometheus_listen_addr", config.instrumentation.listen],
  ];
  const listener = listeners.find(([, address]) => told.includes(textFromTcpAddress(address)));
  if (listener === undefined) return undefined;
  const [key, address] = listener;
  const reason = /\bE[A-Z]{4,}\b/.exec(told)?.[0] ?? "it was refused";
  return new CommandError({
    code: "ADDRESS_UNUSABLE",
    message:
      `${config.paths.configToml}: ${key} = ${textFromTcpAddress(address)}: ` +
      `cannot be listened on (${reason}); stop what listens there, or write another address`,
    cause: error,
  });
}

/** `listen EADDRINUSE: address already in use 127.0.0.1:26657` and its like. */
function toldBySystem(error: unknown): string | undefined {
  if (error instanceof PortError) {
    return error.code === "LISTEN_FAILED" ? Object.values(error.facts).join(" ") : undefined;
  }
  const isListen = error instanceof Error && "syscall" in error && error.syscall === "listen";
  return isListen ? error.message : undefined;
}
