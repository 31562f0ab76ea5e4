/**
 * Where a command's words go. With `--json` standard output carries exactly one object, and all
 * that is meant for people goes to standard error; without it the answer is text.
 */
import { plain } from "./plain.ts";

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue };

export interface Result {
  readonly json: { readonly [name: string]: JsonValue };
  readonly text: string;
}

export interface Streams {
  readonly out: { write(text: string): unknown };
  readonly error: NodeJS.WritableStream;
}

export class Output {
  readonly json: boolean;
  readonly #streams: Streams;
  #answered = false;

  constructor(options: { readonly json: boolean; readonly streams?: Streams }) {
    this.json = options.json;
    this.#streams = options.streams ?? { out: process.stdout, error: process.stderr };
  }

  /** For people only: progress, previews, warnings. */
  say(text: string): void {
    this.#streams.error.write(`${harmless(text)}\n`);
  }

  /** The one answer of the command. */
  answer(result: Result): void {
    if (this.#answered) return;
    this.#answered = true;
    const text = this.json ? JSON.stringify(result.json) : harmless(result.text);
    if (text !== "") this.#streams.out.write(`${text}\n`);
  }

  /** What went wrong and what to do; it is the answer if there was none. */
  fail(failure: { readonly code: string; readonly message: string }): void {
    this.say(`pyralog: ${plain(failure.message)}`);
    if (this.json) this.answer({ json: { error: { ...failure } }, text: "" });
  }
}

/** Names of units and chains come from the node: none may move the cursor over what was said. */
function harmless(text: string): string {
  return text.split("\n").map(plain).join("\n");
}
