/** Memory of two threads: one shows which input it takes, the other sees whether it goes on. */
const counterAt = 0;
const lengthAt = 1;
const isBusyAt = 2;
const headerBytes = 12;
export const mirrorBytes = headerBytes + 64 * 1024;

export class Mirror {
  readonly #numbers: Int32Array;
  readonly #bytes: Uint8Array;

  constructor(memory: SharedArrayBuffer) {
    this.#numbers = new Int32Array(memory, 0, 3);
    this.#bytes = new Uint8Array(memory, headerBytes);
  }

  show(input: Uint8Array): void {
    this.#bytes.set(input.subarray(0, this.#bytes.length));
    Atomics.store(this.#numbers, lengthAt, input.length);
    Atomics.store(this.#numbers, isBusyAt, 1);
    Atomics.add(this.#numbers, counterAt, 1);
  }

  done(): void {
    Atomics.store(this.#numbers, isBusyAt, 0);
  }

  /** Grows with each input; stands still where one does not end. */
  get count(): number {
    return Atomics.load(this.#numbers, counterAt);
  }

  get isBusy(): boolean {
    return Atomics.load(this.#numbers, isBusyAt) === 1;
  }

  get input(): Uint8Array {
    return this.#bytes.slice(0, Atomics.load(this.#numbers, lengthAt));
  }
}
