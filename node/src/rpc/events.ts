/**
 * What subscribers see of the node's events: CometBFT's types/events.go and types/event_bus.go. One
 * block gives several events, each with its type, its JSON and the keys that queries look at.
 */
import type { FlatEvents } from "@pyralog/chain/query";
import {
  blockIdToJson,
  bytesToJson,
  consensusParamUpdatesToJson,
  eventToJson,
  evidenceToJson,
  headerToJson,
  hexToJson,
  txHash,
  txResultToJson,
  txResultToSparseJson,
  validatorToJson,
  validatorUpdateToJson,
  voteToJson,
  type BlockResults,
  type ChainEvent,
  type Json,
  type JsonObject,
} from "@pyralog/chain/types";
import type { Timers } from "#ports";
import type { Awaitable, NodeEvent, RoundPlace } from "./backend.ts";
import { blockToText, listToText } from "./sliced-json.ts";

export interface Published {
  readonly flat: FlatEvents;
  /** The event and its keys as JSON text; made at the first call, for the first who wants it. */
  readonly body: () => Promise<string>;
}

type Committed = Extract<NodeEvent, { kind: "block-committed" }>;
type Values = Map<string, string[]>;

export function* publishedFrom(event: NodeEvent, timers: Timers): Generator<Published> {
  switch (event.kind) {
    case "block-committed":
      yield* publishedFromBlock(event, timers);
      return;
    case "new-round":
      yield published({ name: "NewRound" }, () => ({
        ...placeToJson(event.place),
        proposer: { address: hexToJson(event.proposer.address), index: event.proposer.index },
      }));
      return;
    case "complete-proposal":
      yield published({ name: "CompleteProposal" }, () => ({
        ...placeToJson(event.place),
        block_id: blockIdToJson(event.blockId),
      }));
      return;
    case "round":
      yield published({ name: event.name, type: "RoundState" }, () => placeToJson(event.place));
      return;
    case "vote":
      yield published({ name: "Vote" }, () => ({ Vote: voteToJson(event.vote) }));
  }
}

function* publishedFromBlock(event: Committed, timers: Timers): Generator<Published> {
  const { block, results, validatorUpdates } = event;
  const height = String(block.header.height);
  const events = flattened(results.events);
  yield publishedText({ name: "NewBlock", values: events }, () => newBlockText(event, timers));
  yield published({ name: "NewBlockHeader" }, () => ({ header: headerToJson(block.header) }));
  yield published({ name: "NewBlockEvents", values: events }, () => ({
    height,
    events: listOrNull(results.events.map(eventToJson)),
    num_txs: String(block.txs.length),
  }));
  for (const evidence of block.evidence) {
    yield published({ name: "NewEvidence" }, () => ({
      height,
      evidence: evidenceToJson(evidence),
    }));
  }
  yield* publishedFromTxs(event);
  if (validatorUpdates.length === 0) return;
  yield published({ name: "ValidatorSetUpdates" }, () => ({
    validator_updates: validatorUpdates.map(validatorToJson),
  }));
}

function* publishedFromTxs({ block, results }: Committed): Generator<Published> {
  const height = String(block.header.height);
  for (const [index, tx] of block.txs.entries()) {
    const result = results.txResults[index];
    if (result === undefined) continue;
    const values = flattened(result.events);
    append(values, { key: "tx.hash", value: hexToJson(txHash(tx)) });
    append(values, { key: "tx.height", value: height });
    yield published({ name: "Tx", values }, () => ({
      TxResult: {
        height,
        ...(index === 0 ? {} : { index }),
        ...(tx.length === 0 ? {} : { tx: bytesToJson(tx) }),
        result: txResultToSparseJson(result),
      },
    }));
  }
}

interface Named {
  readonly name: string;
  readonly type?: string;
  readonly values?: Values;
}

function published(event: Named, value: () => JsonObject): Published {
  return publishedText(event, () => JSON.stringify(value()));
}

function publishedText(event: Named, valueText: () => Awaitable<string>): Published {
  // The lists are shared between the events of a block: this one is replaced, never added to.
  const flat: Values = new Map(event.values);
  flat.set("tm.event", [...(flat.get("tm.event") ?? []), event.name]);
  const text = async (): Promise<string> => {
    const data = `{"type":"tendermint/event/${event.type ?? event.name}","value":`;
    const events = JSON.stringify(Object.fromEntries(flat));
    return `"data":${data}${await valueText()}},"events":${events}`;
  };
  let body: Promise<string> | undefined;
  return { flat, body: () => (body ??= text()) };
}

async function newBlockText(
  { block, blockId, results }: Committed,
  timers: Timers,
): Promise<string> {
  const whole = await blockToText(block, timers);
  const id = JSON.stringify(blockIdToJson(blockId));
  const finalized = await resultsToText(results, timers);
  return `{"block":${whole},"block_id":${id},"result_finalize_block":${finalized}}`;
}

/** Where an attribute belongs to no named event, or has no name, no query can ask for it. */
function flattened(events: readonly ChainEvent[]): Values {
  const values: Values = new Map();
  for (const { type, attributes } of events) {
    for (const { key, value } of attributes) {
      if (type !== "" && key !== "") append(values, { key: `${type}.${key}`, value });
    }
  }
  return values;
}

function append(values: Values, { key, value }: { key: string; value: string }): void {
  const given = values.get(key);
  if (given === undefined) values.set(key, [value]);
  else given.push(value);
}

async function resultsToText(results: BlockResults, timers: Timers): Promise<string> {
  const { events, txResults, validatorUpdates, consensusParamUpdates: params, appHash } = results;
  const parts = [
    ...(events.length === 0 ? [] : [`"events":${JSON.stringify(events.map(eventToJson))}`]),
    ...(txResults.length === 0
      ? []
      : [`"tx_results":${await listToText(txResults, { toJson: txResultToJson, timers })}`]),
    `"validator_updates":${JSON.stringify(validatorUpdates.map(validatorUpdateToJson))}`,
    ...(params === undefined
      ? []
      : [`"consensus_param_updates":${JSON.stringify(consensusParamUpdatesToJson(params))}`]),
    ...(appHash.length === 0 ? [] : [`"app_hash":${JSON.stringify(bytesToJson(appHash))}`]),
  ];
  return `{${parts.join(",")}}`;
}

export function listOrNull(list: readonly Json[]): Json {
  return list.length === 0 ? null : list;
}

const stepNames: Readonly<Record<RoundPlace["step"], string>> = {
  "new-height": "RoundStepNewHeight",
  "new-round": "RoundStepNewRound",
  propose: "RoundStepPropose",
  prevote: "RoundStepPrevote",
  precommit: "RoundStepPrecommit",
  commit: "RoundStepCommit",
};

function placeToJson({ height, round, step }: RoundPlace): JsonObject {
  return { height: String(height), round, step: stepNames[step] };
}
