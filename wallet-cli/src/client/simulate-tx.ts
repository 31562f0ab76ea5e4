import { txServiceWires } from "@pyralog/chain/codec";
import { queryApp } from "./query-app.ts";
import type { Rpc } from "./rpc.ts";
import { simulatedTx, type TxDraft } from "./sign-tx.ts";

/** The gas that the transaction would use now. @throws ClientError `QUERY_REFUSED` if it fails. */
export async function simulateTx(rpc: Rpc, draft: TxDraft): Promise<bigint> {
  const { gasInfo } = await queryApp(rpc, {
    path: "/cosmos.tx.v1beta1.Service/Simulate",
    method: txServiceWires.Simulate,
    request: { tx: new Uint8Array(0), txBytes: simulatedTx(draft) },
  });
  return gasInfo?.gasUsed ?? 0n;
}
