import { hexFromBytes } from "#base";
import { zeroTime } from "./create.ts";
import type { Commit, Time } from "./model.ts";
import { typesError } from "./types-error.ts";
import type { ValidatorSet } from "./validator-set.ts";

interface WeighedTime {
  readonly time: Time;
  readonly power: bigint;
}

/**
 * BFT time (v0.38 spec/consensus/bft-time.md): the median of the votes' times, weighed by power.
 * Votes for nil count, absent ones do not.
 * @throws TypesError `VALIDATOR_UNKNOWN` where somebody outside the set signed.
 */
export function medianTime(commit: Commit, validators: ValidatorSet): Time {
  const weighed: WeighedTime[] = [];
  for (const sig of commit.signatures) {
    if (sig.kind === "absent") continue;
    const place = validators.indexOf(sig.validatorAddress);
    const validator = place === undefined ? undefined : validators.validators[place];
    if (validator === undefined) {
      throw typesError("VALIDATOR_UNKNOWN", { address: hexFromBytes(sig.validatorAddress) });
    }
    weighed.push({ time: sig.time, power: validator.power });
  }
  let rest = weighed.reduce((sum, { power }) => sum + power, 0n) / 2n;
  for (const { time, power } of weighed.toSorted(compareTimes)) {
    if (rest <= power) return time;
    rest -= power;
  }
  return zeroTime;
}

function compareTimes(left: WeighedTime, right: WeighedTime): number {
  if (left.time === right.time) return 0;
  return left.time < right.time ? -1 : 1;
}
