import { base64FromBytes, bytesFromBase64, bytesFromHex } from "@pyralog/chain/base";
import { ClientError } from "./client-error.ts";
import { bigintAt, listAt, member, numberAt, textAt, textOrEmptyAt } from "./json.ts";
import type { Rpc } from "./rpc.ts";

export interface FoundTx {
  readonly hash: string;
  readonly height: bigint;
  /** Its place in the block. */
  readonly index: number;
  readonly code: number;
  readonly codespace: string;
  readonly gasWanted: bigint;
  readonly gasUsed: bigint;
  readonly log: string;
  readonly events: readonly FoundEvent[];
  readonly tx: Uint8Array;
}

interface FoundEvent {
  readonly type: string;
  readonly attributes: readonly { readonly key: string; readonly value: string }[];
}

/** Nothing while no block holds it. */
export async function findTx(rpc: Rpc, hash: string): Promise<FoundTx | undefined> {
  try {
    const answer = await rpc.call("tx", {
      hash: base64FromBytes(bytesFromHex(hash)),
      prove: false,
    });
    return foundFrom(answer);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function foundFrom(answer: unknown): FoundTx {
  const result = member(answer, "tx_result");
  return {
    hash: textAt(answer, "hash").toUpperCase(),
    height: bigintAt(answer, "height"),
    index: numberAt(answer, "index"),
    code: numberAt(result, "code"),
    codespace: textOrEmptyAt(result, "codespace"),
    gasWanted: bigintAt(result, "gas_wanted"),
    gasUsed: bigintAt(result, "gas_used"),
    log: textOrEmptyAt(result, "log"),
    events: listAt(result, "events").map(eventFrom),
    tx: bytesFromBase64(textAt(answer, "tx")),
  };
}

function eventFrom(event: unknown): FoundEvent {
  return {
    type: textAt(event, "type"),
    attributes: listAt(event, "attributes").map((attribute) => ({
      key: textAt(attribute, "key"),
      value: textOrEmptyAt(attribute, "value"),
    })),
  };
}

function isNotFound(error: unknown): boolean {
  return (
    error instanceof ClientError && error.code === "RPC_REFUSED" && /not found/i.test(error.message)
  );
}
