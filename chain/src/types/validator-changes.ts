/**
 * Changes of a validator set (v0.38 spec/abci/abci++_app_requirements.md, "Validator Updates"):
 * what is refused, and the set that results. Validators here stand in the order of the set.
 */
import { compareBytes, hexFromBytes } from "#base";
import { powerTotalMax } from "./limits.ts";
import type { Validator } from "./model.ts";
import { newcomerPriority, settle } from "./proposer-priority.ts";
import { typesError, type TypesError } from "./types-error.ts";

interface Change {
  readonly before: readonly Validator[];
  /** Power 0 removes. */
  readonly changes: readonly Validator[];
}

/** Why the changes do not hold, or nothing. */
export function changeError({ before, changes }: Change): TypesError | undefined {
  const known = byAddress(before);
  const seen = new Set<string>();
  for (const { address, power } of changes) {
    const key = hexFromBytes(address);
    if (seen.has(key)) return typesError("VALIDATOR_REPEATED", { address: key });
    seen.add(key);
    if (power < 0n) return typesError("VALUE_RANGE", { field: "power", value: power });
    if (power > powerTotalMax) return typesError("POWER_OVERFLOW", { address: key, power });
    if (power === 0n && !known.has(key)) return typesError("VALIDATOR_UNKNOWN", { address: key });
  }
  const after = merge({ before, changes });
  if (after.length === 0) return typesError("VALIDATORS_EMPTY");
  const total = powerOf(after);
  return total > powerTotalMax ? typesError("POWER_OVERFLOW", { total }) : undefined;
}

/** The validators after changes that hold. */
export function applyChanges({ before, changes }: Change): readonly Validator[] {
  const known = byAddress(before);
  const after = merge({ before, changes });
  const removed = changes.filter(({ power }) => power === 0n);
  const powerRemoved = powerOf(
    removed.map((gone) => known.get(hexFromBytes(gone.address)) ?? gone),
  );
  // Newcomers start behind a total in which the leaving still count.
  const priority = newcomerPriority(powerOf(after) + powerRemoved);
  const placed = after.map((validator) => ({
    ...validator,
    proposerPriority: known.get(hexFromBytes(validator.address))?.proposerPriority ?? priority,
  }));
  return settle(placed, powerOf(placed)).toSorted(compareValidators);
}

export function powerOf(validators: readonly Validator[]): bigint {
  return validators.reduce((sum, { power }) => sum + power, 0n);
}

/** The greatest power first; of equals, the lowest address. */
function compareValidators(left: Validator, right: Validator): number {
  if (left.power !== right.power) return left.power > right.power ? -1 : 1;
  return compareBytes(left.address, right.address);
}

function byAddress(validators: readonly Validator[]): Map<string, Validator> {
  return new Map(validators.map((validator) => [hexFromBytes(validator.address), validator]));
}

function merge({ before, changes }: Change): readonly Validator[] {
  const merged = byAddress(before);
  for (const change of changes) {
    const key = hexFromBytes(change.address);
    if (change.power === 0n) merged.delete(key);
    else merged.set(key, change);
  }
  return [...merged.values()];
}
