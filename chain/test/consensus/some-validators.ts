/** Validators with keys, and messages signed by them. */
import { concatBytes, emptyBytes, equalBytes } from "#base";
import { createNativeCrypto, sha512, type Crypto } from "#crypto";
import {
  createHeight,
  createPower,
  createRound,
  createTime,
  createValidatorSet,
  nil,
  proposalSignBytes,
  validatorAddress,
  voteExtensionSignBytes,
  voteSignBytes,
  type Address,
  type BlockId,
  type BlockIdOrNil,
  type Nil,
  type Proposal,
  type PublicKey,
  type Round,
  type Time,
  type ValidatorSet,
  type Vote,
  type VoteType,
} from "#types";

export const chainId = "test-chain";
const second = 1_000_000_000n;
export const genesisTime = createTime(1_700_000_000n * second);

export function later(time: Time, seconds: number): Time {
  return createTime(time + BigInt(Math.round(seconds * 1000)) * 1_000_000n);
}

export const realCrypto = createNativeCrypto();

/** A keyed hash: 100 times cheaper, and as good between tests that do not forge hashes. */
export const fastCrypto: Crypto = {
  ...realCrypto,
  verifyEd25519: ({ publicKey, message, signature }) =>
    equalBytes(signature, sha512(concatBytes([publicKey, message]))),
  signEd25519: ({ secretKey, message }) =>
    sha512(concatBytes([realCrypto.ed25519PublicKey(secretKey), message])),
};

export interface Validators {
  readonly crypto: Crypto;
  readonly set: ValidatorSet;
  /** In the order of the set. */
  readonly keys: readonly Key[];
}

export interface Key {
  readonly secretKey: Uint8Array;
  readonly publicKey: PublicKey;
  readonly address: Address;
}

const keyCache: Key[] = [];

export function aKey(seed: number): Key {
  const known = keyCache[seed];
  if (known !== undefined) return known;
  const secretKey = new Uint8Array(32).fill(seed + 1);
  const publicKey = { type: "ed25519", bytes: realCrypto.ed25519PublicKey(secretKey) } as const;
  const key = { secretKey, publicKey, address: validatorAddress(publicKey) };
  keyCache[seed] = key;
  return key;
}

/** The keys come back in the order of the set, so that index and key agree. */
export function someValidators(
  options: { readonly powers?: readonly bigint[]; readonly crypto?: Crypto } = {},
): Validators {
  const powers = options.powers ?? [1n, 1n, 1n, 1n];
  const keys = powers.map((_, seed) => aKey(seed));
  const set = createValidatorSet(
    keys.map(({ publicKey }, index) => ({ publicKey, power: createPower(powers[index] ?? 1n) })),
  );
  return withSet({ keys, set, crypto: options.crypto ?? fastCrypto });
}

export function withSet(validators: Validators): Validators {
  const { keys, set, crypto } = validators;
  const sorted = set.validators.map(({ address }) => {
    const key = keys.find((candidate) => equalBytes(candidate.address, address));
    if (key === undefined) throw new Error("a validator without a key");
    return key;
  });
  return { keys: sorted, set, crypto };
}

export interface VoteOptions {
  readonly type: VoteType;
  readonly by: number;
  readonly blockId?: BlockIdOrNil;
  readonly height?: bigint;
  readonly round?: number;
  readonly time?: Time;
  readonly extension?: Uint8Array;
  readonly chainId?: string;
}

export function aVote({ keys, crypto }: Validators, options: VoteOptions): Vote {
  const key = keys[options.by];
  if (key === undefined) throw new Error("no such validator");
  const unsigned = {
    type: options.type,
    height: createHeight(options.height ?? 1n),
    round: createRound(options.round ?? 0),
    blockId: options.blockId ?? nil,
    time: options.time ?? genesisTime,
    validatorAddress: key.address,
    validatorIndex: options.by,
    extension: options.extension ?? emptyBytes,
  };
  const { secretKey } = key;
  const chain = options.chainId ?? chainId;
  const message = voteSignBytes({ chainId: chain, vote: unsigned });
  const extended = voteExtensionSignBytes({ chainId: chain, vote: unsigned });
  return {
    ...unsigned,
    signature: crypto.signEd25519({ secretKey, message }),
    extensionSignature:
      options.extension === undefined
        ? emptyBytes
        : crypto.signEd25519({ secretKey, message: extended }),
  };
}

export interface ProposalOptions {
  readonly by: number;
  readonly blockId: BlockId;
  readonly height?: bigint;
  readonly round?: number;
  readonly validRound?: number;
}

export function aProposal({ keys, crypto }: Validators, options: ProposalOptions): Proposal {
  const validRound: Round | Nil =
    options.validRound === undefined ? nil : createRound(options.validRound);
  const unsigned = {
    height: createHeight(options.height ?? 1n),
    round: createRound(options.round ?? 0),
    validRound,
    blockId: options.blockId,
    time: genesisTime,
  };
  const key = keys[options.by];
  if (key === undefined) throw new Error("no such validator");
  const message = proposalSignBytes({ chainId, proposal: unsigned });
  return { ...unsigned, signature: crypto.signEd25519({ secretKey: key.secretKey, message }) };
}
