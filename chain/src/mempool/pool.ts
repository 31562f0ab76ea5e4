import type { Entry, Sender } from "./entry.ts";

/** What a proposer may take. −1 is no limit, as in the consensus parameters. */
export interface ReapLimits {
  readonly bytesMax: number;
  readonly gasMax: bigint;
}

/** Transactions that did not fit before the search for smaller ones is given up. */
const reapMissesMax = 16;

/** The accepted transactions in the order of their coming, each sender's by sequence. */
export class Pool {
  readonly #entries = new Map<string, Entry>();
  readonly #senders = new Map<string, Sender>();
  #bytes = 0;

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  /** Live: entries added while it runs are met, entries removed are not. */
  values(): MapIterator<Entry> {
    return this.#entries.values();
  }

  /** The sender of this name, made where it is new; it is kept with its first transaction. */
  sender(name: string, named: boolean): Sender {
    const label = named ? `named:${name}` : `peer:${name}`;
    return this.#senders.get(label) ?? { name, label, named, entries: [] };
  }

  add(entry: Entry): void {
    this.#entries.set(entry.key, entry);
    this.#bytes += entry.tx.length;
    if (entry.sender === undefined) return;
    const { entries, label } = entry.sender;
    let place = entries.length;
    while (place > 0 && (entries[place - 1]?.sequence ?? 0n) > entry.sequence) place--;
    entries.splice(place, 0, entry);
    this.#senders.set(label, entry.sender);
  }

  remove(entry: Entry): void {
    if (!this.#entries.delete(entry.key)) return;
    entry.gone = true;
    this.#bytes -= entry.tx.length;
    if (entry.sender === undefined) return;
    const { entries, label } = entry.sender;
    entries.splice(entries.indexOf(entry), 1);
    if (entries.length === 0) this.#senders.delete(label);
  }

  /** Whether anybody might have to yield to somebody: only where the application names senders. */
  get mayYield(): boolean {
    for (const sender of this.#senders.values()) if (sender.named) return true;
    return false;
  }

  /**
   * Whose last transaction should yield to a newcomer in a full pool: that of the sender with the
   * most of them, if the newcomer's sender has fewer even afterwards; among equals the cheapest,
   * if the newcomer pays more. So neither many transactions nor many copies of one keep others out.
   */
  yielding(newcomer: { readonly senderTxs: number; readonly price: bigint }): Entry | undefined {
    let victim: Sender | undefined;
    for (const sender of this.#senders.values()) {
      if (sender.named && (victim === undefined || yieldsBefore(sender, victim))) victim = sender;
    }
    const last = victim?.entries.at(-1);
    if (victim === undefined || last === undefined) return undefined;
    const margin = victim.entries.length - newcomer.senderTxs;
    const yields = margin > 1 || (margin === 1 && last.price < newcomer.price);
    return yields ? last : undefined;
  }

  /**
   * First come, first served, within the limits. What does not fit is passed over, and with it
   * whatever its sender has after it.
   */
  reap(limits: ReapLimits): readonly Entry[] {
    const taken: Entry[] = [];
    const places = new Map<Sender, number>();
    const passedOver = new Set<Sender>();
    let bytesLeft = limits.bytesMax < 0 ? Number.MAX_SAFE_INTEGER : limits.bytesMax;
    let gasLeft = limits.gasMax;
    let misses = 0;
    for (const slot of this.#entries.values()) {
      if (slot.sender !== undefined && passedOver.has(slot.sender)) continue;
      const entry = nextOfSender(slot, places);
      const bytes = blockBytesOf(entry.tx);
      const gasFits = limits.gasMax < 0n || entry.gasWanted <= gasLeft;
      if (bytes > bytesLeft || !gasFits) {
        if (entry.sender !== undefined) passedOver.add(entry.sender);
        if (++misses >= reapMissesMax) break;
        continue;
      }
      bytesLeft -= bytes;
      gasLeft -= entry.gasWanted;
      taken.push(entry);
    }
    return taken;
  }
}

function yieldsBefore(sender: Sender, other: Sender): boolean {
  const difference = sender.entries.length - other.entries.length;
  if (difference !== 0) return difference > 0;
  return (sender.entries.at(-1)?.price ?? 0n) < (other.entries.at(-1)?.price ?? 0n);
}

/** A sender's places in the line are filled in the order of its sequences. */
function nextOfSender(slot: Entry, places: Map<Sender, number>): Entry {
  const { sender } = slot;
  if (sender === undefined) return slot;
  const place = places.get(sender) ?? 0;
  places.set(sender, place + 1);
  return sender.entries[place] ?? slot;
}

/** What a transaction takes in a block's data: tag, length, bytes (ComputeProtoSizeForTxs). */
export function blockBytesOf(tx: Uint8Array): number {
  let size = tx.length + 2;
  for (let rest = tx.length; rest >= 0x80; rest = Math.floor(rest / 128)) size++;
  return size;
}
