/** Answers as texts, members in CometBFT's order. An id is JSON already; some answers have none. */
import type { Json } from "@pyralog/chain/types";
import { rpcErrorToJson, type RpcError } from "./rpc-error.ts";

/** JSON that is text already, such as the genesis document. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Answer = Json | JsonText;

export function answerToText(id: string, answer: Answer): string {
  const result = answer instanceof JsonText ? answer.text : JSON.stringify(answer);
  return `{"jsonrpc":"2.0","id":${id},"result":${result}}`;
}

export function errorToText(id: string | undefined, error: RpcError): string {
  const named = id === undefined ? "" : `"id":${id},`;
  return `{"jsonrpc":"2.0",${named}"error":${JSON.stringify(rpcErrorToJson(error))}}`;
}
