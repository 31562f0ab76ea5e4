/**
 * Equal slots of 32-bit words in pages of typed arrays, with freed slots chained through their
 * first word. It grows page by page, so that no growth copies more than one small page, and costs
 * nothing beyond the words: a million slots are a million objects less for the garbage collector.
 */
import { assert } from "#base";

const pageBits = 13;
const pageSlots = 1 << pageBits;
const pageMask = pageSlots - 1;
/** Small states (tests, simulated nodes) should not pay for a whole page. */
const firstSlots = 64;
const none = new Uint32Array(0);

export class SlotPages {
  readonly #words: number;
  readonly #pages: Uint32Array[] = [];
  /** Slot 0 is never handed out: it means "nothing". */
  #size = 1;
  #free = 0;
  #freed = 0;

  constructor(wordsPerSlot: number) {
    this.#words = wordsPerSlot;
  }

  /** Slots that are taken. */
  get used(): number {
    return this.#size - 1 - this.#freed;
  }

  get bytes(): number {
    return this.#pages.reduce((total, page) => total + page.byteLength, 0);
  }

  pageOf(slot: number): Uint32Array {
    return this.#pages[slot >>> pageBits] ?? none;
  }

  /** Where the slot's words begin in its page. */
  baseOf(slot: number): number {
    return (slot & pageMask) * this.#words;
  }

  /** Its words hold whatever they held before. */
  take(): number {
    if (this.#free === 0) return this.#append();
    const slot = this.#free;
    this.#free = this.pageOf(slot)[this.baseOf(slot)] ?? 0;
    this.#freed--;
    return slot;
  }

  give(slot: number): void {
    assert(slot > 0 && slot < this.#size, "a slot that is given back was taken");
    this.pageOf(slot)[this.baseOf(slot)] = this.#free;
    this.#free = slot;
    this.#freed++;
  }

  #append(): number {
    const slot = this.#size++;
    const at = slot >>> pageBits;
    const page = this.#pages[at];
    if (page === undefined) {
      const slots = at === 0 ? firstSlots : pageSlots;
      this.#pages[at] = new Uint32Array(slots * this.#words);
    } else if (this.baseOf(slot) >= page.length) {
      const grown = new Uint32Array(page.length * 2);
      grown.set(page);
      this.#pages[at] = grown;
    }
    return slot;
  }
}
