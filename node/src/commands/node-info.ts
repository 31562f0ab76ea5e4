/** What a node says of itself in `status` and to its peers. */
import { hexFromBytes } from "@pyralog/chain/base";
import { ed25519Address } from "@pyralog/chain/crypto";
import { blockProtocol } from "@pyralog/chain/types";
import { textFromTcpAddress, type NodeSetup } from "#config";
import type { NodeInfo } from "#rpc";

/** CosmJS picks its decoder by this: exactly 0.38.x (reference: CosmJS `connectComet`). */
const versionReported = "0.38.25";
const p2pProtocol = 8n;

export function nodeInfoOf(setup: NodeSetup, cryptoName: string): NodeInfo {
  const { config, genesis, nodeKey } = setup;
  return {
    protocol: { p2p: p2pProtocol, block: blockProtocol, app: genesis.consensusParams.version.app },
    id: hexFromBytes(ed25519Address(nodeKey.publicKey)),
    listenAddress: `tcp://${textFromTcpAddress(config.p2p.external ?? config.p2p.listen)}`,
    network: genesis.chainId,
    version: versionReported,
    channels: new Uint8Array(0),
    moniker: config.general.moniker,
    other: {
      tx_index: "on",
      rpc_address: `tcp://${textFromTcpAddress(config.rpc.listen)}`,
      dev: String(isDevChain(genesis.appState)),
      peer_id: nodeKey.peerId,
      crypto: cryptoName,
    },
  };
}

/** Whether the genesis document marks the chain as one whose keys are worth nothing. */
function isDevChain(appState: string): boolean {
  const parsed: unknown = appState === "" ? {} : JSON.parse(appState);
  if (typeof parsed !== "object" || parsed === null || !("pyralog" in parsed)) return false;
  const { pyralog } = parsed;
  return (
    typeof pyralog === "object" && pyralog !== null && "dev" in pyralog && pyralog.dev === true
  );
}
