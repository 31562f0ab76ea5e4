/**
 * A chain of one application in memory, and people who sign: everything valid by default. Bytes of
 * transactions are made by cosmjs-types and signed by CosmJS' rules, not by our own encoders.
 */
import { bytesFromText, finish, hexFromBytes } from "@pyralog/chain/base";
import type { CheckTxResponse, FinalizeBlockResponse, QueryResponse } from "@pyralog/chain/abci";
import {
  bech32FromBytes,
  createNativeCrypto,
  ethAddress,
  keccak256,
  secp256k1Address,
  sha256,
  type Crypto,
} from "@pyralog/chain/crypto";
import type { Module, NodeOptions } from "@pyralog/chain/execution";
import { VersionedState } from "@pyralog/chain/merkle";
import {
  consensusParamsDefault,
  createAddress,
  createHeight,
  createTime,
  type Address,
  type ConsensusParams,
  type TxResult,
  type ValidatorUpdate,
} from "@pyralog/chain/types";
import { createApplication, genesisAppState, type GenesisParts } from "@pyralog/node/app";
import { BaseAccount } from "cosmjs-types/cosmos/auth/v1beta1/auth";
import { QueryAccountRequest, QueryAccountResponse } from "cosmjs-types/cosmos/auth/v1beta1/query";
import { QueryBalanceRequest, QueryBalanceResponse } from "cosmjs-types/cosmos/bank/v1beta1/query";
import { MsgSend } from "cosmjs-types/cosmos/bank/v1beta1/tx";
import { PubKey } from "cosmjs-types/cosmos/crypto/secp256k1/keys";
import { AuthInfo, SignDoc, TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";

export const crypto: Crypto = createNativeCrypto();
export const chainId = "test-1";
export const denom = "apyr";
const gasPrice = 1_000_000_000n;

export interface Person {
  readonly name: string;
  readonly secretKey: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly bytes: Address;
  readonly address: string;
  readonly scheme: "secp256k1" | "ethsecp256k1";
}

export function aPerson(name: string, scheme: Person["scheme"] = "secp256k1"): Person {
  const secretKey = sha256(bytesFromText(name));
  const publicKey = crypto.secp256k1PublicKey(secretKey);
  const bytes = createAddress(
    scheme === "secp256k1"
      ? secp256k1Address(publicKey)
      : ethAddress(crypto.decompressSecp256k1(publicKey)),
  );
  const address = bech32FromBytes({ prefix: "pyr", bytes });
  return { name, secretKey, publicKey, bytes, address, scheme };
}

export const alice = aPerson("alice");
export const bob = aPerson("bob");
export const carol = aPerson("carol", "ethsecp256k1");
/** Has no account. */
export const stranger = aPerson("stranger");

const keyTypes = {
  secp256k1: "/cosmos.crypto.secp256k1.PubKey",
  ethsecp256k1: "/cosmos.evm.crypto.v1.ethsecp256k1.PubKey",
};

export function keyAnyOf(person: Person): { typeUrl: string; value: Uint8Array } {
  const value = PubKey.encode({ key: person.publicKey }).finish();
  return { typeUrl: keyTypes[person.scheme], value };
}

export function signatureOf(person: Person, signBytes: Uint8Array): Uint8Array {
  const digest = person.scheme === "secp256k1" ? sha256(signBytes) : keccak256(signBytes);
  return crypto.signSecp256k1Digest({ secretKey: person.secretKey, digest });
}

type AnyMessage = { readonly typeUrl: string; readonly value: Uint8Array };
type CoinText = { readonly denom: string; readonly amount: string };

export function coins(amount: bigint | string, of = denom): CoinText[] {
  return [{ denom: of, amount: String(amount) }];
}

export function sendMessage(
  from: Person,
  send: { readonly to: Person | string; readonly amount?: readonly CoinText[] },
): AnyMessage {
  const toAddress = typeof send.to === "string" ? send.to : send.to.address;
  const amount = [...(send.amount ?? coins(5n))];
  const value = MsgSend.encode({ fromAddress: from.address, toAddress, amount }).finish();
  return { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value };
}

export interface TxParts {
  readonly messages: readonly AnyMessage[];
  readonly signers: readonly Person[];
  readonly sequences?: readonly bigint[];
  readonly memo?: string;
  readonly timeoutHeight?: bigint;
  readonly gas?: bigint;
  readonly fee?: readonly CoinText[];
  readonly payer?: string;
  readonly granter?: string;
  readonly signChainId?: string;
  readonly mode?: number;
  /** Appended to the encoded body before it is signed. */
  readonly bodyTail?: readonly number[];
  readonly withoutKeys?: boolean;
}

function bodyOf(parts: TxParts): Uint8Array {
  const body = TxBody.encode(
    TxBody.fromPartial({
      messages: [...parts.messages],
      memo: parts.memo ?? "",
      timeoutHeight: parts.timeoutHeight ?? 0n,
    }),
  ).finish();
  return Uint8Array.from([...body, ...(parts.bodyTail ?? [])]);
}

function authInfoOf(parts: TxParts): Uint8Array {
  const gasLimit = parts.gas ?? 200_000n;
  return AuthInfo.encode(
    AuthInfo.fromPartial({
      signerInfos: parts.signers.map((signer, index) => ({
        ...(parts.withoutKeys === true ? {} : { publicKey: keyAnyOf(signer) }),
        modeInfo: { single: { mode: parts.mode ?? 1 } },
        sequence: parts.sequences?.[index] ?? 0n,
      })),
      fee: {
        amount: [...(parts.fee ?? coins(gasLimit * gasPrice))],
        gasLimit,
        payer: parts.payer ?? "",
        granter: parts.granter ?? "",
      },
    }),
  ).finish();
}

export class Chain {
  readonly application: ReturnType<typeof createApplication>;
  readonly state: VersionedState;
  /** What InitChain gave the engine. */
  readonly validators: readonly ValidatorUpdate[];
  height = 0n;
  isDiskGone = false;
  #appHash: Uint8Array = new Uint8Array(0);
  readonly #values = new Map<string, Uint8Array>();
  readonly #options: ChainOptions;

  constructor(options: ChainOptions = {}) {
    this.#options = options;
    this.state = new VersionedState({
      versionsMax: options.versionsMax ?? 10,
      cacheBytesMax: options.cacheBytesMax ?? 1_000_000,
      values: { get: (key) => this.#read(key) },
    });
    this.application = createApplication({
      state: this.state,
      crypto,
      node: { invariants: true, ...options.node },
      modules: options.modules ?? [],
    });
    const started = finish(this.application.initChain(this.initRequest()));
    this.#appHash = started.appHash;
    this.validators = started.validators;
  }

  #read(key: Uint8Array): Uint8Array | undefined {
    if (this.isDiskGone) throw new Error("the disk is gone");
    return this.#values.get(hexFromBytes(key));
  }

  get appHash(): string {
    return hexFromBytes(this.#appHash);
  }

  initRequest(): Parameters<Chain["application"]["initChain"]>[0] {
    const { validators = [], consensusParams = consensusParamsDefault } = this.#options;
    const appState = this.#options.appState ?? genesisAppState(genesisParts());
    return {
      time: createTime(1_000_000_000n),
      chainId,
      consensusParams,
      validators,
      appStateBytes: bytesFromText(JSON.stringify(appState)),
      initialHeight: createHeight(1n),
    };
  }

  check(tx: Uint8Array, kind: "new" | "recheck" = "new"): CheckTxResponse {
    return this.application.checkTx({ tx, kind });
  }

  blockRequest(txs: readonly Uint8Array[]): BlockRequest {
    const height = createHeight(this.height + 1n);
    return {
      txs,
      misbehavior: [],
      height,
      time: createTime(1_000_000_000n * (height + 1n)),
      nextValidatorsHash: new Uint8Array(32),
      proposerAddress: createAddress(new Uint8Array(20)),
      hash: sha256(bytesFromText(`block ${height}`)),
    };
  }

  prepare(txs: readonly Uint8Array[], txBytesMax = 1_000_000n): Prepared {
    const request = { ...this.blockRequest(txs), txBytesMax, localLastCommit: noCommit };
    return finish(this.application.prepareProposal(request));
  }

  process(txs: readonly Uint8Array[]): boolean {
    const request = { ...this.blockRequest(txs), proposedLastCommit: noCommit };
    return finish(this.application.processProposal(request));
  }

  finalize(txs: readonly Uint8Array[]): FinalizeBlockResponse {
    const request = { ...this.blockRequest(txs), decidedLastCommit: noCommit };
    return finish(this.application.finalizeBlock(request));
  }

  commit(): void {
    for (const { key, value } of this.application.commit().batch) {
      if (value === undefined) this.#values.delete(hexFromBytes(key));
      else this.#values.set(hexFromBytes(key), value);
    }
    this.application.committed();
    this.height++;
  }

  /** Decides a block as it is, without asking anybody's opinion. */
  block(...txs: readonly Uint8Array[]): readonly TxResult[] {
    const { txResults, appHash } = this.finalize(txs);
    this.#appHash = appHash;
    this.commit();
    return txResults;
  }

  query(path: string, options: QueryOptions = {}): QueryResponse {
    const { data = new Uint8Array(0), height = 0n, prove = false } = options;
    const request = { path, data, height: createHeight(height), prove };
    return finish(this.application.query(request));
  }

  /** The answer's message, where it is one. */
  value(path: string, data?: Uint8Array): Uint8Array {
    const { code, log, value } = this.query(path, data === undefined ? {} : { data });
    if (code !== 0) throw new Error(log);
    return value;
  }

  balance(of: Person | string, ofDenom: string = denom): bigint {
    const address = typeof of === "string" ? of : of.address;
    const data = QueryBalanceRequest.encode({ address, denom: ofDenom }).finish();
    const value = this.value("/cosmos.bank.v1beta1.Query/Balance", data);
    return BigInt(QueryBalanceResponse.decode(value).balance?.amount ?? "none");
  }

  account(of: Person): BaseAccount {
    const data = QueryAccountRequest.encode({ address: of.address }).finish();
    const value = this.value("/cosmos.auth.v1beta1.Query/Account", data);
    const { account } = QueryAccountResponse.decode(value);
    return BaseAccount.decode(account?.value ?? new Uint8Array(0));
  }

  /** A process that starts over what is in the table, after a stop or a crash. */
  restarted(): ReturnType<typeof createApplication> {
    return createApplication({ state: this.state, crypto });
  }

  /** Account numbers are given in the order of genesis. */
  number(person: Person): bigint {
    const index = people.findIndex(({ address }) => address === person.address);
    return BigInt(index < 0 ? 0 : index);
  }

  tx(parts: TxParts): Uint8Array {
    const bodyBytes = bodyOf(parts);
    const authInfoBytes = authInfoOf(parts);
    const signatures = parts.signers.map((signer) => {
      const doc = SignDoc.encode({
        bodyBytes,
        authInfoBytes,
        chainId: parts.signChainId ?? chainId,
        accountNumber: this.number(signer),
      }).finish();
      return signatureOf(signer, doc);
    });
    return TxRaw.encode({ bodyBytes, authInfoBytes, signatures }).finish();
  }

  /** Five apyr from alice to bob, unless it is said otherwise. */
  send(options: SendOptions = {}): Uint8Array {
    const { from = alice, to = bob, sequence = 0n, amount, ...parts } = options;
    const message = sendMessage(from, { to, ...(amount === undefined ? {} : { amount }) });
    return this.tx({ messages: [message], signers: [from], sequences: [sequence], ...parts });
  }
}

export interface SendOptions extends Partial<TxParts> {
  readonly from?: Person;
  readonly to?: Person | string;
  readonly sequence?: bigint;
  readonly amount?: readonly CoinText[];
}

export interface ChainOptions {
  readonly node?: NodeOptions;
  readonly modules?: readonly Module[];
  readonly appState?: unknown;
  readonly validators?: readonly ValidatorUpdate[];
  readonly consensusParams?: ConsensusParams;
  readonly versionsMax?: number;
  /** Zero makes every read reach the table. */
  readonly cacheBytesMax?: number;
}

interface QueryOptions {
  readonly data?: Uint8Array;
  readonly height?: bigint;
  readonly prove?: boolean;
}

type Prepared = { readonly txs: readonly Uint8Array[]; readonly poisonous: readonly Uint8Array[] };
type BlockRequest = Omit<Parameters<Chain["application"]["finalizeBlock"]>[0], "decidedLastCommit">;

const noCommit = { round: 0, votes: [] };
const people = [alice, bob, carol];

export const funds = 1_000n * 10n ** 18n;

export function genesisParts(parts: Partial<GenesisParts> = {}): GenesisParts {
  return {
    prefix: "pyr",
    denom,
    decimals: 18,
    dev: true,
    gasPriceMin: gasPrice,
    powerReduction: 10n ** 18n,
    accounts: people.map(({ address }) => ({ address, amount: funds })),
    validators: [aValidator("op0"), aValidator("op1")],
    ...parts,
  };
}

export function aValidator(name: string, power = 10n): GenesisParts["validators"][number] {
  const publicKey = crypto.ed25519PublicKey(sha256(bytesFromText(name)));
  return { name, operator: aPerson(name).bytes, publicKey, power };
}
