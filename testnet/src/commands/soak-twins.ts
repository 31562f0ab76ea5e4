/**
 * All schedules of one height with one twin among four, sides changing by round and by step, with
 * gossip inside them and without; drawn ones of three rounds by step; and all with two twins, where
 * forks must name whom to blame.
 */
import { createPrng } from "@pyralog/chain/base";
import { exploreTwins, schedulesCount, type TwinsOptions, type TwinsReport } from "#simulator";
import type { SoakOptions, SoakReport } from "./soak.ts";

const validators = [0, 1, 2, 3];
const pairs = validators.flatMap((one) =>
  validators.filter((other) => other > one).map((other) => [one, other]),
);
const drawnOfEach = 5_000;
const stagesDrawn = 9;

interface Suite {
  readonly name: string;
  readonly parts: readonly TwinsOptions[];
}

export function soakTwins({ seed, say }: SoakOptions): Promise<SoakReport> {
  const reports = suitesOf(seed).map(({ name, parts }) => {
    const report = sumOf(parts.map(exploreTwins));
    say(`${name}: ${describe(report)}`);
    return { name, report };
  });
  const failures = reports.flatMap(({ report }) => report.failures);
  for (const failure of failures.slice(0, 20)) say(failure);
  const counts = reports.map(({ name, report }) => `${name}: ${describe(report)}`).join("; ");
  return Promise.resolve({ seeds: String(seed), counts, failures: failures.slice(0, 20) });
}

function suitesOf(seed: number): readonly Suite[] {
  const single = validators.map((index) => [index]);
  return [
    {
      name: "one twin, 4 rounds of gossip",
      parts: single.map((twins) => ({ twins, grain: "round", length: 4, hearing: "gossip" })),
    },
    {
      name: "one twin, 4 rounds with loss",
      parts: single.map((twins) => ({ twins, grain: "round", length: 4, hearing: "loss" })),
    },
    {
      name: "one twin, 4 steps with loss",
      parts: single.map((twins) => ({ twins, grain: "step", length: 4, hearing: "loss" })),
    },
    { name: `one twin, ${stagesDrawn} steps, drawn`, parts: drawn(seed) },
    {
      name: "two twins, 3 rounds of gossip",
      parts: pairs.map((twins) => ({ twins, grain: "round", length: 3, hearing: "gossip" })),
    },
  ];
}

function drawn(seed: number): readonly TwinsOptions[] {
  const prng = createPrng(seed);
  return validators.flatMap((index) =>
    Array.from({ length: drawnOfEach }, (_, turn): TwinsOptions => {
      const hearing = turn % 2 === 0 ? "gossip" : "loss";
      const all = { grain: "step", length: stagesDrawn, hearing } as const;
      const twins = [index];
      const count = schedulesCount({ ...all, twins });
      const from = Math.floor((prng.below(2 ** 32) / 2 ** 32) * count);
      return { ...all, twins, from, to: from + 1 };
    }),
  );
}

function sumOf(reports: readonly TwinsReport[]): TwinsReport {
  const sum = (of: (report: TwinsReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  return {
    schedules: sum(({ schedules }) => schedules),
    runs: sum(({ runs }) => runs),
    forks: sum(({ forks }) => forks),
    equivocations: sum(({ equivocations }) => equivocations),
    amnesias: sum(({ amnesias }) => amnesias),
    failures: reports.flatMap(({ failures }) => failures),
  };
}

function describe(report: TwinsReport): string {
  const { schedules, runs, forks, equivocations, amnesias, failures } = report;
  return (
    `${schedules} schedules in ${runs} runs, ${equivocations} with double votes, ` +
    `${amnesias} with forgotten locks, ${forks} forks, ${failures.length} violations`
  );
}
