/**
 * Two of four validators in it together, each telling one story to one of the honest two, who
 * cannot hear one another: the chain forks, as it may with a third and more against it, and the
 * votes that the honest hold must say whose fault it is.
 */
import { hexFromBytes } from "@pyralog/chain/base";
import { sha256 } from "@pyralog/chain/crypto";
import type { BlockId } from "@pyralog/chain/types";
import { Violation, type Accused } from "#checkers";
import type { Plot } from "./byzantine/index.ts";
import { SimWorld } from "./ports/index.ts";
import { createSimCrypto } from "./sim-crypto.ts";
import { simAccounts, simGenesis } from "./sim-genesis.ts";
import { SimLoad } from "./sim-load.ts";
import { SimNode } from "./sim-node.ts";
import { Watchers } from "./watchers.ts";

export interface CoalitionResult {
  /** The height that was decided twice, and who is named for it; nothing where none was. */
  readonly fork: { readonly height: bigint; readonly accused: Accused } | undefined;
  /** Anything but the fork itself, such as a fork that names too few or somebody honest. */
  readonly violation: unknown;
}

const epochNs = 1_767_225_600_000_000_000n;
const validatorsCount = 4;
const liars: readonly number[] = [2, 3];
const untilMs = 60_000;
const txEveryMs = 300;

export async function runCoalition(seed: number): Promise<CoalitionResult> {
  const world = new SimWorld({ seed, epochNs });
  const crypto = createSimCrypto();
  const accounts = simAccounts(4, crypto);
  const genesis = simGenesis({ nodes: validatorsCount, accounts, crypto, timeNs: epochNs });
  const addresses = liars.map((index) => genesis.validators[index]?.address ?? new Uint8Array(0));
  const watchers = new Watchers({
    genesis,
    crypto,
    liars: new Set(addresses.map((address) => hexFromBytes(address))),
  });
  let broken: unknown;
  const plot = createPlot();
  const nodes = Array.from({ length: validatorsCount }, (_, index) => {
    const isHonest = !liars.includes(index);
    return new SimNode({
      world,
      index,
      genesis,
      crypto,
      watchers,
      isHonest,
      ...(isHonest ? {} : { liar: liarOf(world, plot) }),
      broken: (error) => (broken ??= error),
    });
  });
  world.network.cut("n0", "n1");
  world.network.cut("n1", "n0");
  for (const node of nodes) node.boot();
  const load = new SimLoad({
    accounts,
    crypto,
    prng: world.prng.fork(),
    sent: (tx) => watchers.validity.sent(sha256(tx)),
  });
  const sendOften = (): void => {
    load.send(nodes);
    world.at(world.nowMs + txEveryMs, sendOften);
  };
  sendOften();
  await world.run(untilMs, () => broken !== undefined);
  return resultOf(broken, watchers);
}

/** The other story goes to n1, and between themselves they tell the first. */
function createPlot(): Plot {
  const alternatives = new Map<string, BlockId>();
  return { alternatives, sideOf: (peer) => (peer === "n1" ? "other" : "first") };
}

function liarOf(
  world: SimWorld,
  plot: Plot,
): NonNullable<ConstructorParameters<typeof SimNode>[0]["liar"]> {
  return {
    kinds: ["double-proposal", "double-vote"],
    prng: world.prng.fork(),
    plot,
    invalid: () => undefined,
    lied: () => undefined,
  };
}

function resultOf(broken: unknown, watchers: Watchers): CoalitionResult {
  const isFork = broken instanceof Violation && broken.code === "AGREEMENT";
  if (!isFork) return { fork: undefined, violation: broken };
  const { height } = broken.facts;
  if (typeof height !== "bigint") return { fork: undefined, violation: broken };
  try {
    return { fork: { height, accused: watchers.judge(height) }, violation: undefined };
  } catch (error) {
    return { fork: undefined, violation: error };
  }
}
