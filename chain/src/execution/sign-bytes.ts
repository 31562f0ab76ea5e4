/** What a signer signed: SIGN_MODE_DIRECT's SignDoc, or the StdSignDoc of amino JSON. */
import { bytesFromText } from "#base";
import { Writer, type CoinMessage } from "#codec";
import { aminoJson, aminoNumber, aminoText, type AminoValue } from "./amino-json.ts";
import { refusals, TxError } from "./refusals.ts";
import type { Transaction } from "./transaction.ts";

export interface SignerFacts {
  readonly chainId: string;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

/** One for all: every use ends with `finish`, and nothing between can fail. */
const writer = new Writer();

/** The encoded `cosmos.tx.v1beta1.SignDoc`, around the very bytes received. */
export function directSignBytes(
  transaction: Pick<Transaction, "bodyBytes" | "authInfoBytes">,
  facts: SignerFacts,
): Uint8Array {
  writeBytes(0x0a, transaction.bodyBytes);
  writeBytes(0x12, transaction.authInfoBytes);
  writeBytes(0x1a, bytesFromText(facts.chainId));
  if (facts.accountNumber > 0n) {
    writer.uint32(0x20);
    writer.varint(facts.accountNumber);
  }
  return writer.finish();
}

function writeBytes(tag: number, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  writer.uint32(tag);
  writer.bytes(bytes);
}

/** @throws TxError `UNAUTHORIZED` where something in the transaction has no amino form. */
export function aminoSignBytes(transaction: Transaction, facts: SignerFacts): Uint8Array {
  if (transaction.isBeyondAmino) {
    throw new TxError(refusals.UNAUTHORIZED, "amino JSON cannot show all of the transaction");
  }
  const { fee, memo, timeoutHeight } = transaction;
  const text = aminoJson({
    account_number: facts.accountNumber.toString(),
    chain_id: facts.chainId,
    fee: {
      amount: fee.shown.map(coinToAmino),
      gas: fee.gasLimit.toString(),
      granter: aminoText(fee.granterText),
      payer: aminoText(fee.payerText),
    },
    memo,
    msgs: transaction.messages.map(({ amino, typeUrl }) => {
      if (amino !== undefined) return amino();
      throw new TxError(refusals.UNAUTHORIZED, `${typeUrl} has no amino JSON form`);
    }),
    sequence: facts.sequence.toString(),
    timeout_height: aminoNumber(timeoutHeight),
  });
  return bytesFromText(text);
}

export function coinToAmino({ denom, amount }: CoinMessage): AminoValue {
  return { amount, denom };
}
