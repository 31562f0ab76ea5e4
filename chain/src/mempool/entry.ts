import type { CheckTxResponse } from "#abci";
import type { PeerId } from "./model.ts";

/** A transaction that the application accepted, waiting for a block. */
export interface Entry {
  readonly key: string;
  readonly hash: Uint8Array;
  readonly tx: Uint8Array;
  readonly gasWanted: bigint;
  /** What it offers for one unit of gas, rounded down; zero where the application names no fee. */
  readonly price: bigint;
  readonly sequence: bigint;
  readonly sender: Sender | undefined;
  /** Peers that hold it for certain: they sent or announced it. */
  readonly holders: PeerId[];
  readonly addedMs: number;
  /** The height after which the application last accepted it. */
  checkedAt: bigint;
  gone: boolean;
}

/** Whose transactions count together, in ascending order of their sequence. */
export interface Sender {
  readonly name: string;
  /** By which the pool knows it: a peer may be called what an account is. */
  readonly label: string;
  /** A sender that the application named, and not merely the peer that a transaction came from. */
  readonly named: boolean;
  readonly entries: Entry[];
}

export interface SenderEvent {
  readonly sender: string;
  readonly sequence: bigint;
  readonly fee: bigint;
}

const leadingDigits = /^\d{1,78}/;

/** The application's `mempool` event: sender, sequence and fee, or nothing. */
export function senderEventOf(response: CheckTxResponse): SenderEvent | undefined {
  const event = response.events.find((candidate) => candidate.type === "mempool");
  if (event === undefined) return undefined;
  let sender = "";
  let sequence = "";
  let fee = "";
  for (const { key, value } of event.attributes) {
    if (key === "sender") sender = value;
    if (key === "sequence") sequence = value;
    if (key === "fee") fee = value;
  }
  if (sender === "") return undefined;
  return { sender, sequence: leadingNumber(sequence), fee: leadingNumber(fee) };
}

/** A coin's denomination may follow the number, as in `2000apyr`. */
function leadingNumber(text: string): bigint {
  const [digits] = leadingDigits.exec(text) ?? [];
  return digits === undefined ? 0n : BigInt(digits);
}
