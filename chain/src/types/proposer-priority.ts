/**
 * Whose turn it is (v0.38 spec/consensus/proposer-selection.md): every round each validator's
 * priority grows by its power, the greatest proposes and pays the total. Priorities are kept within
 * two totals of one another and around zero. All of it is 64-bit arithmetic that saturates.
 */
import { compareBytes, defined } from "#base";
import { int64Max } from "./limits.ts";
import type { Validator } from "./model.ts";

const int64Min = -int64Max - 1n;
const windowFactor = 2n;

/** Runs `times` rounds; the last round's proposer comes with the priorities after it has paid. */
export function rotate(options: {
  readonly validators: readonly Validator[];
  readonly powerTotal: bigint;
  readonly times: number;
}): { readonly validators: readonly Validator[]; readonly proposer: Validator } {
  const { validators, powerTotal, times } = options;
  const addresses = validators.map(({ address }) => address);
  const powers = validators.map(({ power }) => power);
  const priorities = centre(rescale(prioritiesOf(validators), powerTotal));
  let turn = 0;
  for (let round = 0; round < times; round++) {
    for (const [place, power] of powers.entries()) {
      priorities[place] = clip((priorities[place] ?? 0n) + power);
    }
    turn = foremost(priorities, addresses);
    priorities[turn] = clip((priorities[turn] ?? 0n) - powerTotal);
  }
  const rotated = withPriorities(validators, priorities);
  return { validators: rotated, proposer: defined(rotated[turn], "a set has a proposer") };
}

/** After a change of the set: priorities back into the window and around zero. */
export function settle(validators: readonly Validator[], powerTotal: bigint): readonly Validator[] {
  return withPriorities(validators, centre(rescale(prioritiesOf(validators), powerTotal)));
}

/** The validator with the greatest priority, of equals the one with the lowest address. */
export function findProposer(validators: readonly Validator[]): Validator | undefined {
  const addresses = validators.map(({ address }) => address);
  return validators[foremost(prioritiesOf(validators), addresses)];
}

/** A newcomer's priority, −1.125 totals: leaving and coming back gains no turn. */
export function newcomerPriority(powerTotal: bigint): bigint {
  return -(powerTotal + (powerTotal >> 3n));
}

/** The average, rounded down. */
export function averagePriority(priorities: readonly bigint[]): bigint {
  const count = BigInt(priorities.length);
  const sum = priorities.reduce((total, priority) => total + priority, 0n);
  const quotient = sum / count;
  return sum < quotient * count ? quotient - 1n : quotient;
}

function prioritiesOf(validators: readonly Validator[]): bigint[] {
  return validators.map(({ proposerPriority }) => proposerPriority);
}

function withPriorities(
  validators: readonly Validator[],
  priorities: readonly bigint[],
): readonly Validator[] {
  return validators.map((validator, place) => ({
    ...validator,
    proposerPriority: priorities[place] ?? 0n,
  }));
}

/** Divides all by one whole number, rounding towards zero, until they fit the window. */
function rescale(priorities: readonly bigint[], powerTotal: bigint): bigint[] {
  const window = windowFactor * powerTotal;
  let [least, greatest] = [int64Max, int64Min];
  for (const priority of priorities) {
    if (priority < least) least = priority;
    if (priority > greatest) greatest = priority;
  }
  // Subtracts as 64-bit words do: sets from our own rules never come near the edge.
  const difference = BigInt.asIntN(64, greatest - least);
  const distance = difference < 0n ? -difference : difference;
  if (window <= 0n || distance <= window) return [...priorities];
  const ratio = (distance + window - 1n) / window;
  return priorities.map((priority) => priority / ratio);
}

function centre(priorities: readonly bigint[]): bigint[] {
  const average = averagePriority(priorities);
  return priorities.map((priority) => clip(priority - average));
}

function foremost(priorities: readonly bigint[], addresses: readonly Uint8Array[]): number {
  let best = 0;
  for (let place = 1; place < priorities.length; place++) {
    if (isBefore({ priorities, addresses, place, best })) best = place;
  }
  return best;
}

function isBefore(options: {
  readonly priorities: readonly bigint[];
  readonly addresses: readonly Uint8Array[];
  readonly place: number;
  readonly best: number;
}): boolean {
  const { priorities, addresses, place, best } = options;
  const mine = priorities[place] ?? 0n;
  const greatest = priorities[best] ?? 0n;
  if (mine !== greatest) return mine > greatest;
  const address = defined(addresses[place], "every priority is somebody's");
  return compareBytes(address, defined(addresses[best], "every priority is somebody's")) < 0;
}

function clip(value: bigint): bigint {
  if (value > int64Max) return int64Max;
  return value < int64Min ? int64Min : value;
}
