/** One question to the application: a Cosmos query service over `abci_query`. */
import { bytesFromBase64, hexFromBytes } from "@pyralog/chain/base";
import type { Message } from "@pyralog/chain/codec";
import { ClientError } from "./client-error.ts";
import { member, numberAt, textAt, textOrEmptyAt } from "./json.ts";
import type { Rpc } from "./rpc.ts";

interface QueryMethod<Request, Response> {
  readonly request: Message<Request>;
  readonly response: Message<Response>;
}

export interface Query<Request, Response> {
  /** As `/cosmos.bank.v1beta1.Query/Balance`. */
  readonly path: string;
  readonly method: QueryMethod<Request, Response>;
  readonly request: Request;
}

/** @throws ClientError `QUERY_REFUSED` with the application's own text. */
export async function queryApp<Request, Response>(
  rpc: Rpc,
  query: Query<Request, Response>,
): Promise<Response> {
  const { path, method, request } = query;
  const data = hexFromBytes(method.request.encode(request));
  const answer = member(await rpc.call("abci_query", { path, data, prove: false }), "response");
  const code = numberAt(answer, "code");
  if (code !== 0) {
    const log = textAt(answer, "log");
    const codespace = textOrEmptyAt(answer, "codespace");
    throw new ClientError({
      code: "QUERY_REFUSED",
      message: log,
      facts: { path, appCode: code, codespace },
    });
  }
  const value = member(answer, "value");
  return method.response.decode(bytesFromBase64(typeof value === "string" ? value : ""));
}
