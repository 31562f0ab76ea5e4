/**
 * A validator set: the powers that a commit is weighed with, in the order in which it is hashed,
 * and whose turn it is to propose. Sets never change: each operation makes another one.
 */
import { assert, equalBytes, hexFromBytes, latin1FromBytes, ok, refused, type Result } from "#base";
import { validatorSetWire, type MessageValue, type validatorWire } from "#codec";
import { createAddress, createPower } from "./create.ts";
import { powerTotalMax, validatorsMax } from "./limits.ts";
import type { Power, Validator, ValidatorUpdate } from "./model.ts";
import { findProposer, rotate } from "./proposer-priority.ts";
import { publicKeyFromWire, publicKeyToWire, validatorAddress } from "./public-key.ts";
import { typesError, type TypesError } from "./types-error.ts";
import { applyChanges, changeError, powerOf } from "./validator-changes.ts";

export interface ValidatorSet {
  /** By power, the greatest first; of equals, by address. */
  readonly validators: readonly Validator[];
  readonly powerTotal: Power;
  /** Whose turn it is. */
  readonly proposer: Validator;
  indexOf(address: Uint8Array): number | undefined;
}

class Validators implements ValidatorSet {
  readonly validators: readonly Validator[];
  readonly powerTotal: Power;
  readonly proposer: Validator;
  #places: ReadonlyMap<string, number> | undefined;

  constructor(validators: readonly Validator[], proposer: Validator) {
    const total = powerOf(validators);
    if (total > powerTotalMax) throw typesError("POWER_OVERFLOW", { total });
    this.validators = validators;
    this.powerTotal = createPower(total);
    this.proposer = proposer;
  }

  indexOf(address: Uint8Array): number | undefined {
    this.#places ??= new Map(
      this.validators.map((validator, place) => [latin1FromBytes(validator.address), place]),
    );
    return this.#places.get(latin1FromBytes(address));
  }
}

/**
 * The set of a chain's beginning, its first turn taken.
 * @throws TypesError where the updates make no set: none, a repeated one, no power, too much.
 */
export function createValidatorSet(updates: readonly ValidatorUpdate[]): ValidatorSet {
  return createValidatorSetFrom(updates.map(validatorFromUpdate));
}

/** As `createValidatorSet`, for validators whose addresses are known. */
export function createValidatorSetFrom(changes: readonly Validator[]): ValidatorSet {
  const gone = changes.some(({ power }) => power === 0n);
  if (gone) throw typesError("VALUE_RANGE", { field: "power", value: 0 });
  const change = { before: [], changes };
  const error = changeError(change);
  if (error !== undefined) throw error;
  return rotated(applyChanges(change), 1);
}

/**
 * A set as it was written down: order and priorities are kept, the total is computed again. Where
 * no proposer was written, it is the validator with the greatest priority.
 * @throws TypesError where it cannot have been one.
 */
export function restoreValidatorSet(
  validators: readonly Validator[],
  proposer?: Validator,
): ValidatorSet {
  if (validators.length === 0) throw typesError("VALIDATORS_EMPTY");
  const turn = proposer ?? findProposer(validators);
  const known = validators.some(({ address }) => equalBytes(address, turn?.address ?? address));
  if (turn === undefined || !known) throw typesError("PROPOSER_UNKNOWN");
  return new Validators(validators, turn);
}

/** `times` turns later. */
export function incrementProposerPriority(set: ValidatorSet, times: number): ValidatorSet {
  assert(Number.isSafeInteger(times) && times > 0, "turns are taken forwards");
  return rotated(set.validators, times);
}

function rotated(validators: readonly Validator[], times: number): ValidatorSet {
  const turn = rotate({ validators, powerTotal: powerOf(validators), times });
  return new Validators(turn.validators, turn.proposer);
}

/**
 * The set after an application's changes, its turn not yet taken: power 0 removes, anything else
 * sets. All changes hold or none.
 */
export function updateValidatorSet(
  set: ValidatorSet,
  updates: readonly ValidatorUpdate[],
): Result<ValidatorSet, TypesError> {
  if (updates.length === 0) return ok(set);
  const change = { before: set.validators, changes: updates.map(validatorFromUpdate) };
  const error = changeError(change);
  if (error !== undefined) return refused(error);
  return ok(new Validators(applyChanges(change), set.proposer));
}

function validatorFromUpdate({ publicKey, power }: ValidatorUpdate): Validator {
  return { address: validatorAddress(publicKey), publicKey, power, proposerPriority: 0n };
}

/** With priorities and proposer, but no total, which every reader computes for itself. */
export function encodeValidatorSet(set: ValidatorSet): Uint8Array {
  return validatorSetWire.encode({
    validators: set.validators.map(validatorToWire),
    proposer: validatorToWire(set.proposer),
    totalVotingPower: 0n,
  });
}

/** @throws CodecError | TypesError unless it is a set, addresses those of the keys. */
export function decodeValidatorSet(bytes: Uint8Array): ValidatorSet {
  const { validators, proposer } = validatorSetWire.decode(bytes);
  if (validators.length > validatorsMax) {
    throw typesError("VALUE_RANGE", { field: "validators", value: validators.length });
  }
  if (proposer === undefined) throw typesError("FIELD_MISSING", { field: "proposer" });
  return restoreValidatorSet(validators.map(validatorFromWire), validatorFromWire(proposer));
}

function validatorToWire(validator: Validator): MessageValue<typeof validatorWire> {
  const { address, publicKey, power, proposerPriority } = validator;
  return {
    address,
    publicKey: publicKeyToWire(publicKey),
    votingPower: power,
    proposerPriority,
  };
}

function validatorFromWire(wire: MessageValue<typeof validatorWire>): Validator {
  return checkValidatorBasic({
    address: createAddress(wire.address),
    publicKey: publicKeyFromWire(wire.publicKey),
    power: createPower(wire.votingPower),
    proposerPriority: wire.proposerPriority,
  });
}

/** The validator, if its address is that of its key. @throws TypesError `VALIDATOR_ADDRESS` */
export function checkValidatorBasic(validator: Validator): Validator {
  if (!equalBytes(validator.address, validatorAddress(validator.publicKey))) {
    throw typesError("VALIDATOR_ADDRESS", { address: hexFromBytes(validator.address) });
  }
  return validator;
}
