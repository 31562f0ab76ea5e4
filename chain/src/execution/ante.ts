/**
 * What a transaction must pass before its messages run, in the order of the SDK's ante chain: the
 * order decides of which fault a client hears, and what a failing transaction pays. Its writes
 * stay when the messages fail, and none stays when it fails itself.
 */
import { bytesFromText, equalBytes } from "#base";
import type { AuthParams } from "#codec";
import type { Crypto } from "#crypto";
import type { Address } from "#types";
import { countKeys, equalKeys, type AccountKey } from "./account-key.ts";
import { coinsToText, type Coins } from "./coins.ts";
import { Events } from "./events.ts";
import { isEnough, requiredFees, type GasPrices } from "./gas-price.ts";
import type { Account, AccountKeeper, CoinKeeper } from "./keepers.ts";
import { limits } from "./limits.ts";
import type { Context } from "./module.ts";
import type { Overlay } from "./overlay.ts";
import { refusals, TxError } from "./refusals.ts";
import { hasBit, signatureFault } from "./signatures.ts";
import type { Signer, Transaction } from "./transaction.ts";

/** `simulate` needs neither signature nor fee, and still pays the gas of both checks. */
export type AnteMode = "check" | "recheck" | "deliver" | "simulate";

export interface AnteServices {
  readonly accounts: AccountKeeper;
  readonly coins: CoinKeeper;
  readonly crypto: Crypto;
  readonly feeCollector: Address;
  /** The chain's price, for every block. */
  readonly chainGasPrices: GasPrices;
  /** This node's own prices, for its pool only. */
  readonly gasPrices: GasPrices;
}

export interface AnteRun {
  readonly transaction: Transaction;
  readonly context: Context;
  readonly mode: AnteMode;
  readonly services: AnteServices;
  /** What the context's store writes to. */
  readonly overlay: Overlay;
  /** The most gas that one transaction may ask for in this block. */
  readonly gasMax: bigint;
  /** As they stood before the block: a change takes effect with the next one. */
  readonly params: AuthParams;
}

/** A signer with what the chain knows of it. */
interface Signing {
  readonly index: number;
  readonly signer: Signer;
  readonly account: Account;
  readonly key: AccountKey | undefined;
  readonly signature: Uint8Array;
}

/** @throws TxError; the caller takes the writes back. */
export function runAnte(run: AnteRun): void {
  if (run.mode !== "recheck") checkShape(run);
  checkTimeout(run);
  const { params } = run;
  checkMemo(run.transaction, params);
  consumeSizeGas(run, params);
  const payer = deductFee(run);
  const signings = resolveSigners(run, payer);
  checkSignatureCount(signings, params);
  for (const signing of signings) consumeSignatureGas(run, { signing, params });
  for (const signing of signings) checkSignature(run, signing);
  for (const { account, key } of signings) {
    const used = { ...account, publicKey: key, sequence: account.sequence + 1n };
    run.services.accounts.put(run.context.store, used);
  }
}

function checkShape({ transaction, mode, gasMax }: AnteRun): void {
  const { fee, signers, signatures, signerInfos, extensionOptions } = transaction;
  if (mode !== "simulate" && fee.gasLimit > gasMax && fee.gasLimit <= limits.gasWantedMax) {
    const detail = `tx gas limit ${fee.gasLimit} exceeds block max gas ${gasMax}`;
    throw new TxError(refusals.INVALID_GAS_LIMIT, detail);
  }
  if (extensionOptions > 0) throw new TxError(refusals.UNKNOWN_EXTENSION_OPTIONS);
  if (fee.gasLimit > limits.gasWantedMax) {
    const detail = `invalid gas supplied; ${fee.gasLimit} > ${limits.gasWantedMax}`;
    throw new TxError(refusals.INVALID_REQUEST, detail);
  }
  if (signatures.length === 0) throw new TxError(refusals.NO_SIGNATURES);
  if (signatures.length !== signers.length) {
    const detail = `wrong number of signers; expected ${signers.length}, got ${signatures.length}`;
    throw new TxError(refusals.UNAUTHORIZED, detail);
  }
  if (signerInfos.length !== signers.length) {
    const [expected, got] = [signers.length, signerInfos.length];
    const detail = `invalid number of signer;  expected: ${expected}, got ${got}`;
    throw new TxError(refusals.UNAUTHORIZED, detail);
  }
}

function checkTimeout({ transaction, context }: AnteRun): void {
  const { timeoutHeight } = transaction;
  const { height } = context.block;
  if (timeoutHeight === 0n || height <= timeoutHeight) return;
  const detail = `block height: ${height}, timeout height: ${timeoutHeight}`;
  throw new TxError(refusals.TX_TIMEOUT_HEIGHT, detail);
}

function checkMemo({ memo }: Transaction, params: AuthParams): void {
  if (memo === "") return;
  const length = bytesFromText(memo).length;
  if (BigInt(length) <= params.maxMemoCharacters) return;
  const detail =
    `maximum number of characters is ${params.maxMemoCharacters} ` +
    `but received ${length} characters`;
  throw new TxError(refusals.MEMO_TOO_LARGE, detail);
}

/** A simulated signature is empty: the real one will not be. */
const signatureBytes = 64;

function consumeSizeGas({ transaction, context, mode }: AnteRun, params: AuthParams): void {
  const missing = transaction.signatures.filter(({ length }) => length === 0).length;
  const size = transaction.size + (mode === "simulate" ? missing * signatureBytes : 0);
  context.gas.consume(size * Number(params.txSizeCostPerByte), "txSize");
}

/** The payer's account, as it is when the fee is paid. */
function deductFee(run: AnteRun): Account {
  const { transaction, context, services, mode } = run;
  const { fee } = transaction;
  if (mode !== "simulate") checkFee(run);
  if (fee.granterText !== "") {
    throw new TxError(refusals.INVALID_REQUEST, "fee grants are not enabled");
  }
  const payerText = context.block.addresses.text(fee.payer);
  const payer = services.accounts.get(context.store, fee.payer);
  if (payer === undefined) {
    const detail = `fee payer address: ${payerText} does not exist`;
    throw new TxError(refusals.UNKNOWN_ADDRESS, detail);
  }
  if (fee.coins.length > 0) payFee(run, fee.coins);
  else if (mode === "simulate") rehearseFee(run);
  if (!context.events.isSilent) {
    context.events.emit("tx", { fee: coinsToText(fee.coins), fee_payer: payerText });
  }
  return payer;
}

function checkFee({ transaction, services, mode }: AnteRun): void {
  refuseLowFee(transaction, services.chainGasPrices);
  if (mode !== "deliver") refuseLowFee(transaction, services.gasPrices);
}

function refuseLowFee({ fee }: Transaction, prices: GasPrices): void {
  const required = requiredFees(prices, fee.gasLimit);
  if (required.length === 0 || isEnough(fee.coins, required)) return;
  const [got, wanted] = [coinsToText(fee.coins), coinsToText(required)];
  const detail = `insufficient fees; got: ${got} required: ${wanted}`;
  throw new TxError(refusals.INSUFFICIENT_FEE, detail);
}

/**
 * A simulated transaction names no fee yet, but the gas of paying one belongs to the estimate: one
 * unit is paid and taken back, and nobody is told.
 */
function rehearseFee(run: AnteRun): void {
  const { overlay, context } = run;
  const { denom } = context.block.chain;
  const events = new Events({ isIndexed: () => false, isSilent: true });
  const mark = overlay.mark();
  try {
    payFee({ ...run, context: { ...context, events } }, [{ denom, amount: 1n }]);
  } catch (error) {
    if (!(error instanceof TxError) || error.code !== refusals.INSUFFICIENT_FUNDS.code) throw error;
  }
  overlay.revert(mark);
}

function payFee({ transaction, context, services }: AnteRun, coins: Coins): void {
  const { payer: from } = transaction.fee;
  try {
    services.coins.pay(context, { from, to: services.feeCollector, coins });
  } catch (error) {
    if (!(error instanceof TxError) || error.code === refusals.OUT_OF_GAS.code) throw error;
    throw new TxError(refusals.INSUFFICIENT_FUNDS, error.message);
  }
}

function resolveSigners(run: AnteRun, payer: Account): readonly Signing[] {
  const { transaction, context } = run;
  return transaction.signers.map((address, index) => {
    const signing = resolveSigner(run, { address, index, payer });
    if (!context.events.isSilent) tellSigner(run, signing);
    return signing;
  });
}

function tellSigner({ transaction, context }: AnteRun, { account, index }: Signing): void {
  const text = context.block.addresses.text(account.address);
  context.events.emit("tx", { acc_seq: `${text}/${account.sequence}` });
  context.events.emit("tx", { signature: transaction.found.signatureText(index) });
}

function resolveSigner(
  { transaction, context, services, mode }: AnteRun,
  place: { readonly address: Address; readonly index: number; readonly payer: Account },
): Signing {
  const { address, index, payer } = place;
  const isPayer = equalBytes(address, payer.address);
  const account = isPayer ? payer : services.accounts.get(context.store, address);
  const text = (): string => context.block.addresses.text(address);
  if (account === undefined) {
    throw new TxError(refusals.UNKNOWN_ADDRESS, `account ${text()} does not exist`);
  }
  const [signer, signature] = [transaction.signerInfos[index], transaction.signatures[index]];
  if (signer === undefined || signature === undefined) throw new TxError(refusals.NO_SIGNATURES);
  const { publicKey } = signer;
  if (publicKey !== undefined && mode !== "simulate" && !isKeyOf(account, signer)) {
    const detail = `pubKey does not match signer address ${text()} with signer index: ${index}`;
    throw new TxError(refusals.INVALID_PUBKEY, detail);
  }
  return { index, signer, account, key: account.publicKey ?? publicKey, signature };
}

function isKeyOf(account: Account, signer: Signer): boolean {
  const { publicKey } = signer;
  if (publicKey === undefined) return false;
  if (account.publicKey !== undefined) return equalKeys(account.publicKey, publicKey);
  const derived = signer.keyAddress();
  return derived !== undefined && equalBytes(derived, account.address);
}

function checkSignatureCount(signings: readonly Signing[], params: AuthParams): void {
  const count = signings.reduce(
    (sum, { key }) => sum + (key === undefined ? 1 : countKeys(key)),
    0,
  );
  if (BigInt(count) <= params.txSigLimit) return;
  const detail = `signatures: ${count}, limit: ${params.txSigLimit}`;
  throw new TxError(refusals.TOO_MANY_SIGNATURES, detail);
}

function consumeSignatureGas(
  { context, mode }: AnteRun,
  paying: { readonly signing: Signing; readonly params: AuthParams },
): void {
  const { signing, params } = paying;
  const secp256k1Cost = Number(params.sigVerifyCostSecp256k1);
  if (signing.key === undefined) {
    if (mode !== "simulate")
      throw new TxError(refusals.INVALID_PUBKEY, "pubkey on account is not set");
    context.gas.consume(secp256k1Cost, "ante verify: secp256k1");
    return;
  }
  switch (signing.key.kind) {
    case "secp256k1":
    case "ethsecp256k1":
      context.gas.consume(secp256k1Cost, `ante verify: ${signing.key.kind}`);
      return;
    case "ed25519":
      context.gas.consume(Number(params.sigVerifyCostEd25519), "ante verify: ed25519");
      throw new TxError(refusals.INVALID_PUBKEY, "ED25519 public keys are unsupported");
    case "multisig":
      context.gas.consume(secp256k1Cost * membersSigning(signing), "ante verify: multisig");
  }
}

/** How many members a multi-signature says to hold; all of them where it says nothing. */
function membersSigning({ signer, key }: Signing): number {
  const count = key === undefined ? 1 : countKeys(key);
  const bits = signer.modeInfo?.multi?.bitarray;
  if (bits === undefined) return count;
  let set = 0;
  for (let index = 0; index < count; index++) set += hasBit(bits, index) ? 1 : 0;
  return set;
}

function checkSignature(run: AnteRun, signing: Signing): void {
  const { transaction, context, services, mode } = run;
  const { signer, account, key, signature } = signing;
  if (signer.sequence !== account.sequence) {
    const [expected, got] = [account.sequence, signer.sequence];
    const detail = `account sequence mismatch, expected ${expected}, got ${got}`;
    throw new TxError(refusals.WRONG_SEQUENCE, detail);
  }
  if (mode === "simulate" || mode === "recheck") return;
  const { chainId } = context.block.chain;
  const facts = { chainId, accountNumber: account.number, sequence: account.sequence };
  const { modeInfo } = signer;
  if (key === undefined || modeInfo === undefined) {
    throw new TxError(refusals.UNAUTHORIZED, "a signer names neither key nor mode");
  }
  const { found } = transaction;
  if (found.accepts(signing.index, { key, ...facts })) return;
  const claim = { transaction, key, modeInfo, signature, facts };
  const fault = signatureFault(claim, services.crypto);
  if (fault !== undefined) throw new TxError(refusals.UNAUTHORIZED, faultText(claim, fault));
  found.remember(signing.index, { key, ...facts });
}

function faultText(claim: Parameters<typeof signatureFault>[0], fault: string): string {
  const { accountNumber, sequence, chainId } = claim.facts;
  const please = `signature verification failed; please verify account number (${accountNumber})`;
  return claim.modeInfo.single?.mode === 127
    ? `${please}, sequence (${sequence}) and chain-id (${chainId})`
    : `${please} and chain-id (${chainId}): (${fault})`;
}
