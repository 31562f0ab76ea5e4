import { fetchPeerCount, fetchStatus } from "#client";
import { plain } from "#render";
import type { Context } from "./context.ts";

/** How the node is, and which chain it is on. */
export async function showStatus(context: Context): Promise<void> {
  const { rpc } = context;
  const [status, peers] = await Promise.all([fetchStatus(rpc), fetchPeerCount(rpc)]);
  const { chainId, moniker, version, height, time, catchingUp, dev } = status;
  context.output.answer({
    json: {
      node: rpc.url,
      chainId,
      moniker,
      version,
      height: Number(height),
      time,
      catchingUp,
      peers,
      dev,
    },
    text: [
      `node    ${rpc.url} (${plain(moniker)}, speaks CometBFT ${version})`,
      `chain   ${chainId}${dev ? ", for development only" : ""}`,
      `height  ${height} at ${time}${catchingUp ? ", catching up" : ""}`,
      `peers   ${peers}`,
    ].join("\n"),
  });
}
