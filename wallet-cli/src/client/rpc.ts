/** One node's JSON-RPC, by POST. */
import { ClientError } from "./client-error.ts";
import { isRecord, member } from "./json.ts";

export interface Rpc {
  readonly url: string;
  /** @throws ClientError `NODE_UNREACHABLE` or `RPC_REFUSED` */
  call(method: string, params?: Readonly<Record<string, unknown>>): Promise<unknown>;
}

export interface RpcOptions {
  readonly timeoutMs?: number;
  /** Tests answer in the place of a network. */
  readonly fetch?: typeof fetch;
}

const timeoutDefaultMs = 10_000;

export function createRpc(url: string, options: RpcOptions = {}): Rpc {
  const { timeoutMs = timeoutDefaultMs, fetch: ask = fetch } = options;
  return {
    url,
    async call(method, params = {}) {
      const answer = await post(url, {
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
        timeoutMs,
        ask,
      });
      const error = member(answer, "error");
      if (isRecord(error)) throw refusal(method, error);
      return member(answer, "result");
    },
  };
}

async function post(
  url: string,
  request: {
    readonly body: string;
    readonly timeoutMs: number;
    readonly ask: typeof fetch;
  },
): Promise<unknown> {
  try {
    const response = await request.ask(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: request.body,
      signal: AbortSignal.timeout(request.timeoutMs),
    });
    const answer: unknown = await response.json();
    if (isRecord(answer) && answer["jsonrpc"] === "2.0") return answer;
  } catch (cause) {
    throw unreachable(url, cause);
  }
  throw unreachable(url);
}

function unreachable(url: string, cause?: unknown): ClientError {
  return new ClientError({
    code: "NODE_UNREACHABLE",
    message:
      `no node answers at ${url}; start a local network with \`npm start\`, ` +
      "or name another node with --node URL",
    facts: { url },
    cause,
  });
}

/** The readable text of CometBFT's errors is in `data`. */
function refusal(method: string, error: Readonly<Record<string, unknown>>): ClientError {
  const { code, message, data } = error;
  const text = typeof data === "string" && data !== "" ? data : String(message);
  return new ClientError({
    code: "RPC_REFUSED",
    message: text,
    facts: { method, rpcCode: typeof code === "number" ? code : 0 },
  });
}
