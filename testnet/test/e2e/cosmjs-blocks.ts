/**
 * A program that listens to a node's blocks with CosmJS and prints the heights of the first three.
 * A process of its own: CosmJS' WebSocket opens itself again for ever, also after `disconnect()`.
 */
import { Comet38Client, WebsocketClient } from "@cosmjs/tendermint-rpc";

const blocksWanted = 3;

const client = Comet38Client.create(new WebsocketClient(process.argv[2] ?? ""));
const heights: number[] = [];
client.subscribeNewBlock().subscribe({
  next({ header }) {
    heights.push(header.height);
    if (heights.length < blocksWanted) return;
    process.stdout.write(`${JSON.stringify(heights)}\n`, () => process.exit(0));
  },
});
