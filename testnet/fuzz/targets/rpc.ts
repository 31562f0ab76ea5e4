/** Bodies and paths from any client: each has an answer, and it is JSON. */
import { bytesFromText } from "@pyralog/chain/base";
import type { Timers } from "@pyralog/node/ports";
import { takeFromQuery } from "../../../node/src/rpc/params.ts";
import { requestsFromBody } from "../../../node/src/rpc/request.ts";
import { errorToText } from "../../../node/src/rpc/response.ts";
import { assertForeseen, createRpc, type Rpc } from "../an-rpc.ts";
import type { Target } from "../target.ts";

/** No delay takes time here. */
const timers: Timers = {
  after(_, callback) {
    const soon = setImmediate(callback);
    return () => clearImmediate(soon);
  },
  pause: () => Promise.resolve(),
};
const batchMax = 100;
const inputsPerChain = 500;

const calls: readonly (readonly [method: string, params: unknown])[] = [
  ["health", {}],
  ["status", {}],
  ["block", { height: "1" }],
  ["block_by_hash", { hash: "AAAA" }],
  ["block_search", { query: "block.height>0", page: "1", per_page: "30", order_by: "asc" }],
  ["tx_search", { query: "tx.height=1 AND a.b='c'", prove: true, page: "1", order_by: "desc" }],
  ["tx", { hash: "AAAA", prove: true }],
  ["blockchain", { minHeight: "1", maxHeight: "2" }],
  ["validators", { height: "1", page: "1", per_page: "30" }],
  ["abci_query", { path: "/store", data: "00", height: "0", prove: false }],
  ["broadcast_tx_sync", { tx: "YT1i" }],
  ["broadcast_tx_commit", { tx: "YT1j" }],
  ["check_tx", { tx: "YT1k" }],
  ["genesis_chunked", { chunk: "0" }],
  ["dump_consensus_state", {}],
  ["unconfirmed_txs", { limit: "5" }],
  ["header_by_hash", { hash: "AAAA" }],
  ["broadcast_evidence", { evidence: { type: "tendermint/DuplicateVoteEvidence", value: {} } }],
];

export function createTarget(): Target {
  let rpc = createRpc(timers);
  let inputs = 0;
  return {
    shape: "json",
    prefixBytes: 0,
    seeds: [
      ...calls.map(([method, params]) =>
        bytesFromText(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })),
      ),
      bytesFromText(`[${'{"jsonrpc":"2.0","id":1,"method":"health"},'.repeat(2)}{}]`),
      bytesFromText('/block?height="1"&x=%20'),
      bytesFromText("/tx_search?query=%22tx.height>0%22&prove=true&per_page=5"),
      bytesFromText("/abci_query?data=0x00&path=%22/store%22"),
    ],
    tokens: ['"height"', "tm.event='Tx'", "tx.height", " AND ", " EXISTS", "TIME 2013", "0x"].map(
      bytesFromText,
    ),
    async run(input) {
      if (inputs++ % inputsPerChain === 0) rpc = createRpc(timers);
      const text = new TextDecoder().decode(input);
      const answers = text.startsWith("/")
        ? [await answerToUri(rpc, text)]
        : await answersToBody(rpc, text);
      // Whatever is answered can be read.
      for (const answer of answers) JSON.parse(answer);
      assertForeseen(rpc);
    },
  };
}

async function answersToBody({ dispatcher }: Rpc, text: string): Promise<readonly string[]> {
  const requests = requestsFromBody(text, batchMax);
  if (requests.kind === "refused") return [errorToText(undefined, requests.error)];
  const answers: string[] = [];
  for (const request of requests.value) {
    const reply = await dispatcher.reply(request, { remote: "", client: undefined });
    if (reply !== undefined) answers.push(reply.text);
  }
  return answers;
}

async function answerToUri({ dispatcher }: Rpc, text: string): Promise<string> {
  const [path = "", query = ""] = text.slice(1).split("?");
  const route = dispatcher.routes.get(path);
  if (route === undefined || route.socketOnly === true) return "{}";
  const caller = { remote: "", id: "-1", client: undefined };
  const reply = await dispatcher.runUri(
    { method: path, route },
    { take: takeFromQuery(query), caller },
  );
  return reply.kind === "failure" ? errorToText("-1", reply.error) : "{}";
}
