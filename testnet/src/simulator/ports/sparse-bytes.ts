/**
 * A file's bytes, changed in place, in pages: what was never written costs nothing, and a copy
 * shares every page until one of the two changes it.
 */
const pageBytes = 4_096;

export class SparseBytes {
  readonly #pages: Map<number, Uint8Array>;
  /** Pages that another copy may read too. */
  readonly #shared = new Set<number>();
  #length: number;

  static of(bytes: Uint8Array): SparseBytes {
    const made = new SparseBytes();
    for (let offset = 0; offset < bytes.length; offset += pageBytes) {
      const page = bytes.subarray(offset, offset + pageBytes);
      if (page.some((byte) => byte !== 0)) made.write(offset, page);
    }
    made.resize(bytes.length);
    return made;
  }

  constructor(from?: SparseBytes) {
    this.#pages = new Map(from === undefined ? [] : from.#pages);
    this.#length = from === undefined ? 0 : from.#length;
    if (from === undefined) return;
    for (const number of from.#pages.keys()) {
      from.#shared.add(number);
      this.#shared.add(number);
    }
  }

  get length(): number {
    return this.#length;
  }

  /** Ranges that hold anything: the others were never written. */
  get ranges(): readonly { readonly from: number; readonly to: number }[] {
    return [...this.#pages.keys()].map((number) => ({
      from: number * pageBytes,
      to: Math.min(this.#length, (number + 1) * pageBytes),
    }));
  }

  /** A copy. Fewer bytes than asked for only where the file ends. */
  slice(start = 0, end = this.#length): Uint8Array {
    const from = Math.min(start, this.#length);
    const to = Math.max(from, Math.min(end, this.#length));
    const copy = new Uint8Array(to - from);
    const first = Math.floor(from / pageBytes);
    const last = Math.floor(Math.max(from, to - 1) / pageBytes);
    if (last - first < this.#pages.size) {
      for (let number = first; number <= last; number++) this.#copyPage(number, { copy, from, to });
    } else {
      for (const number of this.#pages.keys()) this.#copyPage(number, { copy, from, to });
    }
    return copy;
  }

  /** What lies between the old end and the offset is zero. */
  write(offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    for (let done = 0; done < bytes.length;) {
      const place = offset + done;
      const within = place % pageBytes;
      const size = Math.min(bytes.length - done, pageBytes - within);
      this.#pageToChange((place - within) / pageBytes).set(
        bytes.subarray(done, done + size),
        within,
      );
      done += size;
    }
    this.#length = Math.max(this.#length, offset + bytes.length);
  }

  /** Shortens, or lengthens with zeros. */
  resize(length: number): void {
    if (length < this.#length) {
      const kept = Math.ceil(length / pageBytes);
      for (const number of this.#pages.keys()) if (number >= kept) this.#pages.delete(number);
      const within = length % pageBytes;
      const number = (length - within) / pageBytes;
      if (within > 0 && this.#pages.has(number)) this.#pageToChange(number).fill(0, within);
    }
    this.#length = length;
  }

  #copyPage(
    number: number,
    part: { readonly copy: Uint8Array; readonly from: number; readonly to: number },
  ): void {
    const page = this.#pages.get(number);
    if (page === undefined) return;
    const { copy, from, to } = part;
    const begin = Math.max(from, number * pageBytes);
    const end = Math.min(to, (number + 1) * pageBytes);
    if (begin >= end) return;
    const start = begin - number * pageBytes;
    copy.set(page.subarray(start, start + end - begin), begin - from);
  }

  #pageToChange(number: number): Uint8Array {
    const present = this.#pages.get(number);
    if (present !== undefined && !this.#shared.has(number)) return present;
    const page = present === undefined ? new Uint8Array(pageBytes) : present.slice();
    this.#pages.set(number, page);
    this.#shared.delete(number);
    return page;
  }
}
