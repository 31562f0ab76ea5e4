/** N1–N5, N8: what is wrong with links that still carry something. */
import type { SimNode } from "../sim-node.ts";
import { between, pick, type Fault, type Stage } from "./fault.ts";
import type { StressedRules } from "./stress.ts";

const lastsMsMax = 12_000;
const bytesPerMsOfSlowPeer = 100;

export const linkFaults = {
  "N1-loss": onAllLinks(({ prng }) => ({ lossPerMille: between(prng, 1, 300) })),
  "N2-delay": onAllLinks(({ prng }) => ({ delayMeanMs: between(prng, 1, 600) })),
  "N3-disorder": onAllLinks(({ prng }) => ({ disorderPerMille: between(prng, 1, 300) })),
  "N4-repeat": onAllLinks(({ prng }) => ({ repeatPerMille: between(prng, 1, 500) })),
  "N5-replay": onAllLinks(({ prng }) => ({ replayPerMille: between(prng, 1, 300) })),
  /** Two to twenty messages fit into what a node sends to each peer. */
  "N8-full-link": onPeer(({ prng }) => ({ queueMessagesMax: between(prng, 2, 20) })),
  /** One peer with a hundredth of the bandwidth. */
  "N8-slow-peer": onPeer(() => ({ bytesPerMs: bytesPerMsOfSlowPeer })),
} satisfies Record<string, Fault>;

function onAllLinks(rules: (stage: Stage) => StressedRules): Fault {
  return { lastsMsMax, begin: (stage) => stage.stress.add(rules(stage)) };
}

/** Both ways between one node and all others. */
function onPeer(
  limits: (stage: Stage) => { readonly queueMessagesMax?: number; readonly bytesPerMs?: number },
): Fault {
  return {
    lastsMsMax,
    begin(stage) {
      const { nodes, prng, world } = stage;
      const slow = pick(prng, nodes);
      if (slow === undefined) return undefined;
      const drawn = limits(stage);
      const ways = waysAround(slow, nodes);
      for (const way of ways) world.network.narrow(way, drawn);
      return () => {
        for (const way of ways) world.network.narrow(way, {});
      };
    },
  };
}

function waysAround(
  node: SimNode,
  nodes: readonly SimNode[],
): readonly { readonly from: string; readonly to: string }[] {
  return nodes.flatMap((other) => [
    { from: node.name, to: other.name },
    { from: other.name, to: node.name },
  ]);
}
