/** M1: validators that come, leave and weigh more or less while everything else goes wrong. */
import type { SimNode } from "../sim-node.ts";
import { changeEvery, encodeChange } from "../validator-changes.ts";
import { between, pick, type Fault, type Stage } from "./fault.ts";

const lastsMsMax = 2_000;
/** So that each faulty third stays less than a third, and no two validators decide alone. */
const validatorsMin = 4;
const powerMin = 10;
const powerMax = 12;
/** Until then the transaction has come to every pool. */
const heightsAhead = 2n;

export const membershipFaults = {
  /** A node that only followed becomes a validator. */
  "M1-join": changing(({ nodes, prng }, isValidator) => ({
    node: pick(
      prng,
      nodes.filter((node) => !isValidator(node)),
    ),
    power: between(prng, powerMin, powerMax),
  })),
  "M1-leave": changing(({ nodes, untrusted, prng }, isValidator) => {
    const validators = nodes.filter(isValidator);
    const mayLeave = validators.length > leftMin(untrusted.length);
    return { node: mayLeave ? pick(prng, validators) : undefined, power: 0 };
  }),
  "M1-power": changing(({ nodes, prng }, isValidator) => ({
    node: pick(prng, nodes.filter(isValidator)),
    power: between(prng, powerMin, powerMax),
  })),
} satisfies Record<string, Fault>;

function leftMin(untrusted: number): number {
  return Math.max(validatorsMin, 3 * untrusted + 1);
}

function changing(
  draw: (
    stage: Stage,
    isValidator: (node: SimNode) => boolean,
  ) => { readonly node: SimNode | undefined; readonly power: number },
): Fault {
  return {
    lastsMsMax,
    begin(stage) {
      const states = stage.nodes.flatMap(({ node }) => node?.executor.state ?? []);
      const state = pick(stage.prng, states);
      if (state === undefined) return undefined;
      const { validators } = state.nextValidators;
      const { node, power } = draw(stage, (one) => validators.some((known) => one.is(known)));
      if (node === undefined) return undefined;
      const next = state.lastBlockHeight + heightsAhead;
      const height = next - (next % changeEvery) + changeEvery;
      const { publicKey } = node;
      const least = leftMin(stage.untrusted.length);
      const change = { height, publicKey, power: BigInt(power), validatorsMin: least };
      stage.submit(encodeChange(change));
      return () => undefined;
    },
  };
}
