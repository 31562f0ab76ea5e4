/** What `npm start` shows once, on 80 × 24, when the network is ready. */
import { tableFromRows } from "@pyralog/wallet-cli/render";
import type { NetworkFile, NodeView } from "#processes";

export interface ScreenFacts {
  readonly home: string;
  readonly network: NetworkFile;
  readonly views: readonly NodeView[];
  /** `1,000,000 PYR`, by the account's name. */
  readonly balances: ReadonlyMap<string, string>;
}

/** More validators than this would not leave room for the rest. */
const rowsMax = 4;
const columns = 80;

export function screenFrom(facts: ScreenFacts): string {
  const { network, home } = facts;
  const rule = "─".repeat(columns);
  const title = `Pyralog Network · ${network.chainId} · ${counted(network.clusters.length)}`;
  return [
    title,
    cut(`home ${home}`),
    rule,
    ...nodeLines(facts),
    rule,
    ...validatorLines(facts),
    rule,
    cut(`DEV ONLY · funded accounts; phrases in ${home}/accounts.json`),
    ...accountLines(facts),
    rule,
    "npx pyralog tx send bob 1.5pyr --from alice --yes     npx pyralog-testnet --help",
  ].join("\n");
}

function nodeLines({ network }: ScreenFacts): readonly string[] {
  const nodes = network.clusters.flatMap((cluster) => cluster.nodes);
  const rows = nodes
    .slice(0, rowsMax)
    .map(({ name, rpc, p2p, metrics }) => [name, rpc, String(p2p), metrics]);
  const table = tableFromRows(["node", "RPC (and /websocket)", "p2p", "metrics"], rows);
  return [...table.split("\n"), ...moreLine(nodes.length)];
}

function validatorLines({ network, views }: ScreenFacts): readonly string[] {
  const rows = network.clusters.slice(0, rowsMax).map(({ name, operator, nodes }) => {
    const view = views.find((seen) => seen.name === nodes[0]?.name);
    const power = view === undefined ? "" : view.power.toString();
    return [name, power, (view?.validatorAddress ?? "").slice(0, 12), operator];
  });
  const table = tableFromRows(["validator", "power", "address", "operator"], rows);
  return table.split("\n");
}

function accountLines({ network, balances }: ScreenFacts): readonly string[] {
  const people = network.accounts.filter(({ name }) => !/^op\d+$/.test(name));
  const rows = people.map(({ name, address }) => [name, balances.get(name) ?? "", address]);
  const [first = [], ...others] = rows;
  return tableFromRows(first, others).split("\n");
}

function moreLine(count: number): readonly string[] {
  return count > rowsMax ? [`… and ${count - rowsMax} more: npx pyralog-testnet status`] : [];
}

function counted(clusters: number): string {
  return clusters === 1 ? "1 validator" : `${clusters} validators`;
}

function cut(line: string): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
}
