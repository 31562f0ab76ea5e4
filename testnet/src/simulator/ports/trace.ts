import { createHash, type Hash } from "node:crypto";
import { crc32 } from "node:zlib";

const linesKeptMax = 2_000;

/** The hash of everything that happened, in order: the same seed gives the same. */
export class Trace {
  readonly #hash: Hash = createHash("sha256");
  #count = 0;
  #lines: string[] = [];
  readonly #keeps: boolean;

  /** With `keeps` the newest lines can be read, at the price of time. */
  constructor(keeps = false) {
    this.#keeps = keeps;
  }

  note(line: string, payload?: Uint8Array): void {
    const whole = payload === undefined ? line : `${line} ${payload.length}:${crc32(payload)}`;
    this.#hash.update(`${whole}\n`);
    this.#count++;
    if (!this.#keeps) return;
    this.#lines.push(whole);
    if (this.#lines.length > 2 * linesKeptMax) this.#lines = this.#lines.slice(-linesKeptMax);
  }

  get count(): number {
    return this.#count;
  }

  get lines(): readonly string[] {
    return this.#lines.slice(-linesKeptMax);
  }

  digest(): string {
    return this.#hash.copy().digest("hex");
  }
}
