/** One of the two that are asked: the original, or ours. */

export interface Side {
  readonly name: "original" | "ours";
  /** `http://host:port` */
  readonly url: string;
  /** A transaction that is valid, and that nobody has sent yet. */
  nextTx(): Promise<Uint8Array>;
  /** A query of the application that finds something once a block is committed. */
  readonly query: { readonly path: string; readonly dataHex: string };
  stop(): Promise<void>;
}

type Named = Pick<Side, "name" | "url">;

/** The questions look at blocks up to here. */
const heightNeeded = 6;

/** What questions may mention, as the side itself knows it. */
export interface Facts {
  /** Of a committed transaction, upper case. */
  readonly txHash: string;
  readonly txHeight: string;
  /** Of the block at height 2, upper case. */
  readonly blockHash: string;
}

/** Commits one transaction, waits for a few blocks, and looks up what questions need. */
export async function factsOf(side: Side): Promise<Facts> {
  const params = { tx: base64(await side.nextTx()) };
  const sent = await resultOf(side, { method: "broadcast_tx_commit", params });
  const { hash: txHash = "", height: txHeight = "" } = sent;
  await heightReached(side, heightNeeded);
  const block = await resultOf(side, { method: "block", params: { height: "2" } });
  const pattern = /"block_id":\{"hash":"(?<hash>[0-9A-F]+)"/;
  const blockHash = pattern.exec(JSON.stringify(block))?.groups?.["hash"] ?? "";
  return { txHash: String(txHash), txHeight: String(txHeight), blockHash };
}

/** Until the side has a block of this height. */
export async function heightReached(side: Named, height: number): Promise<void> {
  const pattern = /"latest_block_height":"(?<height>\d+)"/;
  for (;;) {
    const status = JSON.stringify(await resultOf(side, { method: "status" }));
    if (Number(pattern.exec(status)?.groups?.["height"] ?? 0) >= height) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}

async function resultOf(
  side: Named,
  { method, params = {} }: { readonly method: string; readonly params?: object },
): Promise<Readonly<Record<string, unknown>>> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(side.url, { method: "POST", body });
  const answer: { readonly result?: Readonly<Record<string, unknown>> } = JSON.parse(
    await response.text(),
  );
  if (answer.result === undefined) {
    throw new Error(`${side.name} refuses ${method}: ${JSON.stringify(answer)}`);
  }
  return answer.result;
}

export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCodePoint(...bytes));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
