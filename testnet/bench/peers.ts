/**
 * The same load on four validators of CometBFT v0.38.25 and on four of ours, in turns within one
 * run: as many transactions, of the same size, in the same batches. Ours check a signature, pay a
 * fee and move a balance for each; the original's key-value store looks for an equals sign, so what
 * is compared is the price of the whole against that of the chain alone.
 */
import { findCometbft } from "#processes";
import { median, type Figure } from "./measure.ts";
import { startLocal } from "./network/local.ts";
import { measureLoad, type LoadFigures } from "./network/measure-load.ts";
import { createSenders, genesisPatch } from "./network/senders.ts";
import { signSendsFor } from "./network/sign-sends-for.ts";
import { startOriginalNetwork } from "./peers/original-network.ts";

const sendersCount = 1_000;
const warmRounds = 8;
const rounds = 16;
const turns = 3;
/** As long as a signed send. */
const txBytes = 328;

type Report = (figure: Figure) => void;

export async function run(report: Report): Promise<void> {
  const program = findCometbft();
  if (program === undefined) {
    throw new Error("CometBFT v0.38.25 is missing: run testnet/tools/install-programs.sh");
  }
  const ours: LoadFigures[] = [];
  const theirs: LoadFigures[] = [];
  for (let turn = 0; turn < turns; turn++) {
    theirs.push(await measureTheirs(program));
    ours.push(await measureOurs());
  }
  reportSide(report, { name: "CometBFT 0.38.25, kvstore", figures: theirs });
  reportSide(report, { name: "ours, signed sends", figures: ours });
  report({
    figure: "CPU per transaction, ours to theirs",
    value: cpuOf(ours) / cpuOf(theirs),
    unit: "×",
  });
}

async function measureOurs(): Promise<LoadFigures> {
  const senders = createSenders(sendersCount);
  const local = await startLocal(genesisPatch(senders));
  try {
    const txs = await signSendsFor(local, { senders, rounds: warmRounds + rounds });
    const warmTxs = warmRounds * sendersCount;
    return await measureLoad({ nodes: local.nodes, txs, warmTxs, senders: sendersCount });
  } finally {
    await local.stop();
  }
}

async function measureTheirs(program: string): Promise<LoadFigures> {
  const original = await startOriginalNetwork(program);
  try {
    const txs = Array.from({ length: (warmRounds + rounds) * sendersCount }, (_, at) =>
      btoa(`key${at}=`.padEnd(txBytes, "v")),
    );
    const warmTxs = warmRounds * sendersCount;
    return await measureLoad({ nodes: original.nodes, txs, warmTxs, senders: sendersCount });
  } finally {
    await original.stop();
  }
}

function reportSide(
  report: Report,
  side: { readonly name: string; readonly figures: readonly LoadFigures[] },
): void {
  const { name, figures } = side;
  report({ figure: `${name}: CPU per transaction`, value: cpuOf(figures), unit: "µs" });
  const rate = median(figures.map(({ txsPerSecond }) => txsPerSecond));
  report({ figure: `${name}: committed`, value: rate, unit: "tx/s wall" });
}

function cpuOf(figures: readonly LoadFigures[]): number {
  return median(figures.map(({ cpuMicrosPerTx }) => cpuMicrosPerTx));
}
