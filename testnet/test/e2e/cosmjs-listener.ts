/**
 * A program that listens to a node with CosmJS, and reports what it heard as one line of JSON. A
 * process of its own: CosmJS' WebSocket opens itself again for ever, also after `disconnect()`.
 */
import { Comet38Client, HttpClient, WebsocketClient } from "@cosmjs/tendermint-rpc";

const url = process.argv[2] ?? "";
const listening = Comet38Client.create(new WebsocketClient(url.replace("http", "ws")));
const client = Comet38Client.create(new HttpClient(url));
const heard = { blocks: 0, headers: 0, txs: 0, heights: 0 };
listening.subscribeNewBlock().subscribe({ next: () => heard.blocks++ });
listening.subscribeNewBlockHeader().subscribe({ next: () => heard.headers++ });
listening.subscribeTx("app.key='heard'").subscribe({ next: () => heard.txs++ });
heard.heights = (await listening.status()).syncInfo.latestBlockHeight;
for (const name of ["a", "b", "c"]) {
  await client.broadcastTxCommit({ tx: new TextEncoder().encode(`${name}=heard`) });
}
await listening.status();
process.stdout.write(`${JSON.stringify(heard)}\n`, () => process.exit(0));
