/** Parts of encoded results, found without decoding what lies in between. */
import { eventWire, Reader } from "@pyralog/chain/codec";

/** Field numbers of tendermint.abci.ResponseFinalizeBlock and ExecTxResult. */
const blockEventsField = 1;
const txResultsField = 2;
const txEventsField = 7;
const lengthDelimited = 2;

/** Encoded messages in a repeated field, in order. */
function repeatedField(encoded: Uint8Array, number: number): readonly Uint8Array[] {
  const reader = new Reader(encoded);
  const found: Uint8Array[] = [];
  while (!reader.atEnd) {
    const tag = reader.tag();
    if (tag === number * 8 + lengthDelimited) found.push(reader.bytes());
    else reader.skip(tag % 8);
  }
  return found;
}

export function txResultsIn(encoded: Uint8Array): readonly Uint8Array[] {
  return repeatedField(encoded, txResultsField);
}

export function txEventsIn(encodedResult: Uint8Array): readonly Uint8Array[] {
  return repeatedField(encodedResult, txEventsField);
}

export function blockEventsIn(encodedResults: Uint8Array): readonly Uint8Array[] {
  return repeatedField(encodedResults, blockEventsField);
}

/** The indexed values that the event has for the composite key. */
export function valuesIn(encodedEvent: Uint8Array, key: string): readonly string[] {
  const { type, attributes } = eventWire.decode(encodedEvent);
  return attributes
    .filter((attribute) => attribute.index && `${type}.${attribute.key}` === key)
    .map(({ value }) => value);
}
