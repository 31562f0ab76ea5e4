/** Questions over a WebSocket. */
import { call, socket, type Question } from "./question.ts";

const health = call("health", {});

function subscribe(query: string): string {
  return call("subscribe", { query });
}

const event = (name: string): readonly [string, number] => [subscribe(`tm.event='${name}'`), 2];

export const socketQuestions: readonly Question[] = [
  socket("a call over a WebSocket", [call("status", {}), call("block", { height: "1" })]),
  socket("a call without parameters that it needs none of", ['{"id":1,"method":"health"}']),
  socket("wrong parameters over a WebSocket", [
    call("block", { height: "x" }),
    call("block", { height: "999999" }),
    call("block", []),
  ]),
  socket("an unknown method over a WebSocket", [call("nothing", {})]),
  socket("garbage over a WebSocket", ["xx", "", "  ", '{"a"', '"abc', "tru", "5", "[]"]),
  socket("a batch over a WebSocket", [`[${health}]`]),
  socket("garbage behind a request over a WebSocket", [`${health} trailing`]),
  socket("a notification, then a call", [['{"method":"health"}', 0], health]),
  socket("an id that is true over a WebSocket", ['{"id":true,"method":"health"}']),
  socket("new blocks", [event("NewBlock")]),
  socket("new headers", [event("NewBlockHeader")]),
  socket("events of new blocks", [event("NewBlockEvents")]),
  socket("a transaction as it is committed", [
    subscribe("tm.event='Tx'"),
    [call("broadcast_tx_sync", { tx: "$TX64" }), 2],
  ]),
  socket("a transaction's block, waited for", [call("broadcast_tx_commit", { tx: "$TX64" })]),
  socket("a subscription in a list", [call("subscribe", ["tm.event='ValidatorSetUpdates'"])]),
  socket("the same subscription twice", [
    subscribe("tm.event='ValidatorSetUpdates'"),
    subscribe("tm.event = 'ValidatorSetUpdates'"),
  ]),
  socket(
    "six subscriptions",
    ["1", "2", "3", "4", "5", "6"].map((height) => subscribe(`no.height=${height}`)),
  ),
  socket("subscriptions that are no queries", [
    subscribe("x"),
    subscribe(""),
    subscribe("a = 1 OR b = 2"),
    subscribe("a".repeat(513)),
    call("subscribe", {}),
    call("subscribe", { query: 5 }),
  ]),
  socket("a subscription that is ended", [
    subscribe("no.thing=1"),
    call("unsubscribe", { query: "no.thing = 1" }),
    call("unsubscribe", { query: "no.thing = 1" }),
    call("unsubscribe", { query: "x" }),
  ]),
  socket("all subscriptions ended", [
    subscribe("no.thing=1"),
    call("unsubscribe_all", {}),
    call("unsubscribe_all", {}),
  ]),
];
