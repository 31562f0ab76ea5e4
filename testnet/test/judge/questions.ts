/**
 * What both are asked. `differs` says why our answer is not the original's; without it any
 * difference of shape, code or text is a failure.
 */
import { postQuestions } from "./post-questions.ts";
import { call, callAs, socket, type Question } from "./question.ts";
import { socketQuestions } from "./socket-questions.ts";
import { uriQuestions } from "./uri-questions.ts";

const laxNumber =
  "a 64-bit integer without quotes is taken as well: clients other than CometBFT's own send it so";
const noPanic = "the original panics, and answers with the words of a Go runtime error";
const wholeIds =
  "an id that is no whole number of 64 bits is refused, as CometBFT does from v0.40 on: " +
  "cut off, two ids become one";

/** Where ours is not as the original, on purpose. */
const differing: readonly Question[] = [
  { ask: "a bare number", door: "post", body: call("block", { height: 1 }), differs: laxNumber },
  {
    ask: "bare numbers in a list",
    door: "post",
    body: call("blockchain", [1, 2]),
    differs: laxNumber,
  },
  {
    ask: "no parameters where a method has some",
    door: "post",
    body: call("block"),
    differs: noPanic,
  },
  { ask: 'GET /block?height="', door: "get", uri: '/block?height="', differs: noPanic },
  {
    ...socket("no parameters of subscribe", ['{"id":1,"method":"subscribe"}']),
    differs: noPanic,
  },
  {
    ask: "an id of 1.5",
    door: "post",
    body: callAs(1.5, { method: "health" }),
    differs: wholeIds,
  },
  {
    ask: "an id of 1e30",
    door: "post",
    body: '{"jsonrpc":"2.0","id":1e30,"method":"health"}',
    differs: wholeIds,
  },
  {
    ask: "a search of blocks with a query of 513 bytes",
    door: "post",
    body: call("block_search", { query: "a".repeat(513) }),
    differs: "the limit of a query holds for blocks too; the original forgot it there",
  },
  {
    ask: "bytes as a list of numbers",
    door: "post",
    body: call("tx", { hash: [1, 2] }),
    differs: "Go takes a list of numbers for bytes; nobody sends them so",
  },
  {
    ask: "a negative height of a query",
    door: "post",
    body: call("abci_query", { path: "", data: "61", height: "-1" }),
    differs: "a height that cannot be is refused before the application sees it",
  },
];

export const questions: readonly Question[] = [
  ...postQuestions,
  ...uriQuestions,
  ...socketQuestions,
  ...differing,
];
