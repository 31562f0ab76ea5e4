import { createHash, type Hash } from "node:crypto";
import { crc32 } from "node:zlib";

const linesKeptMax = 2_000;
/** Gathered before they are hashed: a call costs more than a line. */
const unhashedMax = 32_768;

/** The hash of everything that happened, in order: the same seed gives the same. */
export class Trace {
  readonly #hash: Hash = createHash("sha256");
  #unhashed = "";
  #count = 0;
  #lines: string[] = [];
  readonly #keeps: boolean;

  /** With `keeps` the newest lines can be read, at the price of time. */
  constructor(keeps = false) {
    this.#keeps = keeps;
  }

  note(line: string, payload?: Uint8Array): void {
    const whole = payload === undefined ? line : `${line} ${payload.length}:${crc32(payload)}`;
    this.#unhashed += `${whole}\n`;
    if (this.#unhashed.length > unhashedMax) this.#hashGathered();
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
    this.#hashGathered();
    return this.#hash.copy().digest("hex");
  }

  #hashGathered(): void {
    this.#hash.update(this.#unhashed);
    this.#unhashed = "";
  }
}
