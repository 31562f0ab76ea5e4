/**
 * The queries of Cosmos' transaction service that look into the past. The application reads the
 * question and writes the answer; what was decided is looked up in the index and the stores here.
 */
import type { QueryRequest, QueryResponse } from "@pyralog/chain/abci";
import { defined } from "@pyralog/chain/base";
import {
  answerTxQuestion,
  readTxQuestion,
  type FoundTx,
  type TxFindings,
  type TxQuestion,
} from "@pyralog/chain/execution";
import { parseQuery } from "@pyralog/chain/query";
import { createHeight } from "@pyralog/chain/types";
import type { Node } from "#drivers";
import type { IndexedTx } from "#storage";

/** Nothing where the path is not one of the service's. */
export async function answerFromThePast(
  node: Node,
  request: QueryRequest,
): Promise<QueryResponse | undefined> {
  const question = readTxQuestion(request);
  if (question === undefined) return undefined;
  if (question.kind === "refused") return question.error;
  const findings = await find(node, question.value);
  return answerTxQuestion(request, { findings, latest: node.index.height });
}

function find(node: Node, question: TxQuestion): Promise<TxFindings> {
  switch (question.kind) {
    case "tx":
      return findTx(node, question);
    case "search":
      return search(node, question);
    case "block":
      return findBlock(node, question);
  }
}

type Of<Kind extends TxQuestion["kind"]> = Extract<TxQuestion, { kind: Kind }>;

async function findTx(node: Node, question: Of<"tx">): Promise<TxFindings> {
  const indexed = node.index.tx(question.hash);
  if (indexed === undefined) return { kind: "nothing", question };
  return { kind: "tx", found: await foundTx(node, indexed) };
}

async function search(node: Node, question: Of<"search">): Promise<TxFindings> {
  const query = parseQuery(question.query);
  if (query.kind === "refused") return { kind: "nothing", question };
  const { order, page, limit } = question;
  const skip = (page - 1) * limit;
  const hits = await node.index.searchTxs({ query: query.value, order, skip, limit });
  const found: FoundTx[] = [];
  for (const hit of hits.hits) found.push(await foundTx(node, hit));
  return { kind: "search", found, total: BigInt(hits.total) };
}

async function findBlock(node: Node, question: Of<"block">): Promise<TxFindings> {
  const { height, offset, limit } = question;
  if (height < 1n || height > node.index.height) return { kind: "nothing", question };
  const at = createHeight(height);
  const block = await node.blockStore.loadBlock(at);
  const meta = await node.blockStore.loadMeta(at);
  if (block === undefined || meta === undefined) return { kind: "nothing", question };
  return { kind: "block", block, blockId: meta.blockId, offset, limit };
}

async function foundTx(node: Node, { tx, height, result }: IndexedTx): Promise<FoundTx> {
  const meta = await node.blockStore.loadMeta(height);
  const { time } = defined(meta, "the block of an indexed transaction is stored").header;
  return { bytes: tx, height, time, result };
}
