import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  GetBlockWithTxsRequest,
  GetBlockWithTxsResponse,
  GetTxRequest,
  GetTxResponse,
  GetTxsEventRequest,
  GetTxsEventResponse,
} from "cosmjs-types/cosmos/tx/v1beta1/service";
import { bytesFromHex, defined, emptyBytes } from "@pyralog/chain/base";
import type { QueryRequest, QueryResponse } from "@pyralog/chain/abci";
import { sha256 } from "@pyralog/chain/crypto";
import {
  answerTxQuestion,
  readTxQuestion,
  type FoundTx,
  type TxFindings,
  type TxQuestion,
} from "@pyralog/chain/execution";
import {
  blockIdOf,
  createAddress,
  createHeight,
  createTime,
  emptyCommit,
  type Block,
} from "@pyralog/chain/types";
import { Chain } from "./a-chain.ts";

const service = "/cosmos.tx.v1beta1.Service";
const latest = createHeight(9n);

function asked(method: string, data: Uint8Array): QueryRequest {
  return { path: `${service}/${method}`, data, height: createHeight(0n), prove: false };
}

function questionIn(request: QueryRequest): TxQuestion {
  const read = defined(readTxQuestion(request), "the path is the service's");
  assert.ok(read.kind === "ok");
  return read.value;
}

function refusedIn(request: QueryRequest): QueryResponse {
  const read = defined(readTxQuestion(request), "the path is the service's");
  assert.ok(read.kind === "refused");
  return read.error;
}

function answer(request: QueryRequest, findings: TxFindings): QueryResponse {
  return answerTxQuestion(request, { findings, latest });
}

function aFoundTx(): FoundTx {
  const chain = new Chain();
  const bytes = chain.send({ memo: "found" });
  const result = defined(chain.block(bytes)[0], "one transaction has one result");
  return { bytes, result, height: createHeight(1n), time: createTime(1_500_000_000n) };
}

describe("GetTx", () => {
  const { bytes, ...facts } = aFoundTx();
  const hash = Buffer.from(sha256(bytes)).toString("hex").toUpperCase();
  const request = asked("GetTx", GetTxRequest.encode({ hash }).finish());

  it("asks for the hash", () => {
    assert.deepEqual(questionIn(request), { kind: "tx", hash: bytesFromHex(hash) });
  });

  it("answers with the transaction and what became of it", () => {
    const { code, value, height } = answer(request, { kind: "tx", found: { bytes, ...facts } });
    assert.deepEqual([code, height], [0, 9n]);
    const { tx, txResponse } = GetTxResponse.decode(value);
    assert.equal(tx?.body?.memo, "found");
    assert.deepEqual([txResponse?.txhash, txResponse?.code, txResponse?.height], [hash, 0, 1n]);
    assert.equal(txResponse?.timestamp, "1970-01-01T00:00:01.5Z");
    assert.equal(txResponse.gasUsed, facts.result.gasUsed);
    assert.equal(txResponse.events.length, facts.result.events.length);
  });

  it("answers for bytes that are no transaction with their result alone", () => {
    const found = { bytes: Uint8Array.of(0xff), ...facts };
    const { tx, txResponse } = GetTxResponse.decode(answer(request, { kind: "tx", found }).value);
    assert.equal(tx, undefined);
    assert.equal(txResponse?.height, 1n);
  });

  it("says NotFound, and refuses no hash and no hex", () => {
    const missing = answer(request, { kind: "nothing", question: questionIn(request) });
    const text = `rpc error: code = NotFound desc = tx not found: ${hash}: key not found`;
    assert.deepEqual([missing.code, missing.log], [22, text]);
    assert.equal(refusedIn(asked("GetTx", emptyBytes)).code, 18);
    const odd = asked("GetTx", GetTxRequest.encode({ hash: "xyz" }).finish());
    assert.match(refusedIn(odd).log, /tx hash is no hex: xyz: invalid request$/);
    assert.equal(refusedIn(asked("GetTx", Uint8Array.of(0xff))).code, 18);
  });
});

describe("GetTxsEvent", () => {
  const fields = { query: "tx.height=1", page: 2n, limit: 500n, orderBy: 2 };
  const request = asked(
    "GetTxsEvent",
    GetTxsEventRequest.encode(GetTxsEventRequest.fromPartial(fields)).finish(),
  );

  it("asks for a page of a search, of no more than a hundred", () => {
    const question = { kind: "search", query: "tx.height=1", page: 2, limit: 100 };
    assert.deepEqual(questionIn(request), { ...question, order: "descending" });
    const events = ["tx.height=1", "message.sender='x'"];
    const old = GetTxsEventRequest.encode(GetTxsEventRequest.fromPartial({ events })).finish();
    assert.deepEqual(questionIn(asked("GetTxsEvent", old)), {
      kind: "search",
      query: "tx.height=1 AND message.sender='x'",
      page: 1,
      limit: 100,
      order: "ascending",
    });
  });

  it("answers with transactions, responses and the total", () => {
    const found = [aFoundTx()];
    const { value } = answer(request, { kind: "search", found, total: 101n });
    const { txs, txResponses, total } = GetTxsEventResponse.decode(value);
    assert.deepEqual([txs[0]?.body?.memo, txResponses[0]?.height, total], ["found", 1n, 101n]);
  });

  it("refuses an empty query, and may find nothing", () => {
    assert.match(refusedIn(asked("GetTxsEvent", emptyBytes)).log, /query cannot be empty/);
    const nothing = answer(request, { kind: "nothing", question: questionIn(request) });
    assert.equal(nothing.code, 22);
  });
});

describe("GetBlockWithTxs", () => {
  const pagination = { offset: 1n, limit: 1n };
  const request = asked(
    "GetBlockWithTxs",
    GetBlockWithTxsRequest.encode(
      GetBlockWithTxsRequest.fromPartial({ height: 3n, pagination }),
    ).finish(),
  );

  it("asks for a page of a block's transactions", () => {
    assert.deepEqual(questionIn(request), { kind: "block", height: 3n, offset: 1, limit: 1 });
    const whole = GetBlockWithTxsRequest.encode(
      GetBlockWithTxsRequest.fromPartial({ height: 3n }),
    ).finish();
    const question = { kind: "block", height: 3n, offset: 0, limit: 100 };
    assert.deepEqual(questionIn(asked("GetBlockWithTxs", whole)), question);
  });

  it("answers with the block, its id and the transactions of the page", () => {
    const chain = new Chain();
    const block = aBlock([chain.send({ memo: "one" }), chain.send({ memo: "two" })]);
    const { blockId } = blockIdOf(block);
    const findings = { kind: "block" as const, block, blockId, offset: 1, limit: 1 };
    const decoded = GetBlockWithTxsResponse.decode(answer(request, findings).value);
    assert.deepEqual(
      decoded.txs.map(({ body }) => body?.memo),
      ["two"],
    );
    assert.equal(decoded.pagination?.total, 2n);
    assert.equal(decoded.block?.header.height, 3n);
    assert.deepEqual(decoded.blockId?.hash, blockId.hash);
  });

  it("names the range of heights where the block is not there", () => {
    const { code, log } = answer(request, { kind: "nothing", question: questionIn(request) });
    assert.equal(code, 26);
    assert.equal(
      log,
      "requested height 3 but height must not be less than 1 or greater than the current " +
        "height 9: invalid height",
    );
  });
});

it("leaves other paths to the application", () => {
  assert.equal(readTxQuestion(asked("Simulate", emptyBytes)), undefined);
});

function aBlock(txs: readonly Uint8Array[]): Block {
  const hash = new Uint8Array(32);
  return {
    header: {
      version: { block: 11n, app: 0n },
      chainId: "test-1",
      height: createHeight(3n),
      time: createTime(1n),
      lastBlockId: { kind: "nil" },
      lastCommitHash: hash,
      dataHash: hash,
      validatorsHash: hash,
      nextValidatorsHash: hash,
      consensusHash: hash,
      appHash: hash,
      lastResultsHash: hash,
      evidenceHash: hash,
      proposerAddress: createAddress(new Uint8Array(20)),
    },
    txs,
    evidence: [],
    lastCommit: emptyCommit,
  };
}
