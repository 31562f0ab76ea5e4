/**
 * Equal slots of 32-bit words in pages of typed arrays. It grows page by page, so that no growth
 * copies more than one small page, and costs nothing beyond the words: a million slots are a
 * million objects less for the garbage collector. Freed slots are only remembered, not touched:
 * their memory is cold, and reading it would cost more than everything else.
 */
const pageBits = 13;
const pageSlots = 1 << pageBits;
const pageMask = pageSlots - 1;
/** Small states (tests, simulated nodes) should not pay for a whole page. */
const firstSlots = 64;
const none = new Uint32Array(0);

export class SlotPages {
  readonly #words: number;
  readonly #pages: Uint32Array[] = [];
  readonly #free: number[] = [];
  /** Slot 0 is never handed out: it means "nothing". */
  #size = 1;

  constructor(wordsPerSlot: number) {
    this.#words = wordsPerSlot;
  }

  /** Slots that are taken. */
  get used(): number {
    return this.#size - 1 - this.#free.length;
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
    return this.#free.pop() ?? this.#append();
  }

  give(slot: number): void {
    this.#free.push(slot);
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
