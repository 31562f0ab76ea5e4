/**
 * `abci_query`: the modules' services by path, Simulate, and the raw state with proofs. Every
 * answer comes from one committed version and names it.
 */
import { bytesFromText, concatBytes, emptyBytes, type Work } from "#base";
import type { ProofOp, QueryRequest, QueryResponse } from "#abci";
import type { CommittedState, VersionedState } from "#merkle";
import { createHeight, type Time } from "#types";
import { freeStore } from "./block-run.ts";
import type { Environment } from "./environment.ts";
import { Overlay } from "./overlay.ts";
import { answered, refusedAnswer } from "./query-answer.ts";
import { refusals, TxError } from "./refusals.ts";
import { answerSimulate, simulatePath } from "./simulate.ts";

const proofType = "ics23:pyralog";

export interface QuerySource {
  readonly state: VersionedState;
  /** Nothing before genesis. */
  readonly environment: Environment | undefined;
  /** The time of the latest block, as far as this process knows it. */
  readonly time: Time;
}

/** What `/app/version` says; `info` says the same. */
export const applicationVersion = "0.1.0";

const notReady = "the application is not ready; please wait for first block";

interface Answer {
  readonly value: Uint8Array;
  readonly proofOps?: readonly ProofOp[];
}

export function* answerQuery(request: QueryRequest, source: QuerySource): Work<QueryResponse> {
  try {
    const state = stateAt(request, source);
    const { environment, time } = source;
    if (environment === undefined) throw new TxError(refusals.INVALID_HEIGHT, notReady);
    const { value, proofOps } = yield* answer(request, { state, environment, time });
    return answered(request, { value, proofOps, height: createHeight(state.version) });
  } catch (error) {
    return refusedAnswer(request, error);
  }
}

function stateAt({ height }: QueryRequest, source: QuerySource): CommittedState {
  const latest = source.state.latest();
  if (latest.version === 0n) {
    throw new TxError(refusals.INVALID_HEIGHT, notReady);
  }
  if (height > latest.version) {
    const detail = "cannot query with height in the future; please provide a valid height";
    throw new TxError(refusals.INVALID_HEIGHT, detail);
  }
  const state = height === 0n ? latest : source.state.at(height);
  if (state !== undefined) return state;
  const detail =
    `failed to load state at height ${height}; version does not exist ` +
    `(latest height: ${latest.version})`;
  throw new TxError(refusals.INVALID_REQUEST, detail);
}

function* answer(
  request: QueryRequest,
  source: {
    readonly state: CommittedState;
    readonly environment: Environment;
    readonly time: Time;
  },
): Work<Answer> {
  const { environment, state } = source;
  const [first, second, third] = request.path.split("/").slice(1);
  if (first === "store" && second !== undefined && third === "key") {
    return storeAnswer(request, { state, environment, module: second });
  }
  if (first === "app" && second === "version") return { value: bytesFromText(applicationVersion) };
  const block = environment.facts(createHeight(state.version), source.time);
  if (request.path === simulatePath) {
    return { value: answerSimulate(request.data, { environment, state, block }) };
  }
  const method = environment.queries.get(request.path);
  if (method === undefined) throw new TxError(refusals.UNKNOWN_REQUEST, "unknown query path");
  const store = freeStore(new Overlay(state));
  return { value: yield* method.answer({ store, block }, request.data) };
}

/** Raw state: the key inside the module, and where asked for, the proof that it is so. */
function storeAnswer(
  request: QueryRequest,
  source: {
    readonly state: CommittedState;
    readonly environment: Environment;
    readonly module: string;
  },
): Answer {
  const { state, environment, module } = source;
  if (!environment.stores.has(module)) {
    throw new TxError(refusals.UNKNOWN_REQUEST, `no such store: ${module.slice(0, 64)}`);
  }
  const key = concatBytes([bytesFromText(`${module}/`), request.data]);
  const value = state.get(key) ?? emptyBytes;
  if (!request.prove) return { value };
  return { value, proofOps: [{ type: proofType, key, data: state.prove(key) }] };
}
