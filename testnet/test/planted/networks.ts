/** What simulated networks of planted bugs have in common: small, short, and nobody lies. */
import type { FixedOptions } from "#simulator";

const quick = {
  proposeMs: 600,
  proposeDeltaMs: 300,
  prevoteMs: 300,
  prevoteDeltaMs: 300,
  precommitMs: 300,
  precommitDeltaMs: 300,
  commitMs: 500,
};

type Timeouts = NonNullable<FixedOptions["timeouts"]>;

export function aNetwork(
  fixed: Omit<FixedOptions, "timeouts"> & { readonly timeouts?: Partial<Timeouts> },
): FixedOptions {
  return {
    nodes: 4,
    followers: 0,
    shape: "mesh",
    signatures: "hashes",
    faults: [],
    cycles: 1,
    faultyMs: 20_000,
    faultEveryMs: 2_000,
    calmMs: 3_000,
    healMsMax: 30_000,
    txEveryMs: 1_000,
    byzantine: { liars: [], twins: [] },
    ...fixed,
    timeouts: { ...quick, ...fixed.timeouts },
  };
}

type Lies = NonNullable<FixedOptions["byzantine"]>["liars"][number]["kinds"];

/** The last validator lies in these ways. */
export function aLiar(kinds: Lies): NonNullable<FixedOptions["byzantine"]> {
  return { liars: [{ index: 3, kinds }], twins: [] };
}
