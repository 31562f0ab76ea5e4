import { baseAccountWire, authQueryWires, moduleAccountWire } from "@pyralog/chain/codec";
import { ClientError } from "./client-error.ts";
import { queryApp } from "./query-app.ts";
import type { Rpc } from "./rpc.ts";

export interface ChainAccount {
  readonly accountNumber: bigint;
  readonly sequence: bigint;
  /** The type URL of the key that the account signs with, once it has signed. */
  readonly keyType: string | undefined;
  readonly type: string;
}

/** Nothing for an address that the chain has not met yet: nobody has paid it anything. */
export async function fetchAccount(rpc: Rpc, address: string): Promise<ChainAccount | undefined> {
  try {
    const { account } = await queryApp(rpc, {
      path: "/cosmos.auth.v1beta1.Query/Account",
      method: authQueryWires.Account,
      request: { address },
    });
    if (account === undefined) return undefined;
    const base = account.typeUrl.endsWith(".ModuleAccount")
      ? moduleAccountWire.decode(account.value).baseAccount
      : baseAccountWire.decode(account.value);
    return {
      accountNumber: base?.accountNumber ?? 0n,
      sequence: base?.sequence ?? 0n,
      keyType: base?.publicKey?.typeUrl,
      type: account.typeUrl,
    };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return (
    error instanceof ClientError &&
    error.code === "QUERY_REFUSED" &&
    /code = NotFound/i.test(error.message)
  );
}
