/**
 * Asks people. On a terminal it prompts there; otherwise secrets are read from standard input, a
 * line each, and a yes must have been given beforehand. Secrets are never arguments.
 */
import { createInterface, type Interface } from "node:readline";
import { readFileSync } from "node:fs";
import { CommandError, usage } from "./command-error.ts";

export interface Prompter {
  /** @throws CommandError `REFUSED_BY_USER`, or `CANNOT_ASK` where nobody is there. */
  confirm(question: string): Promise<void>;
  /** @throws CommandError `CANNOT_ASK`, `REFUSED_BY_USER` */
  secret(question: string): Promise<string>;
  /** Lets go of the input, so that the process can end. */
  close(): void;
}

export interface PrompterOptions {
  /** All questions are answered with yes. */
  readonly yes: boolean;
  readonly input?: NodeJS.ReadStream;
}

export function createPrompter(options: PrompterOptions): Prompter {
  const input = options.input ?? process.stdin;
  return input.isTTY ? terminalPrompter(options.yes) : new LinePrompter(options.yes, input);
}

function terminalPrompter(yes: boolean): Prompter {
  return {
    async confirm(question) {
      if (yes) return;
      const { confirm } = await import("@clack/prompts");
      const answer = await confirm({
        message: question,
        initialValue: false,
        output: process.stderr,
      });
      if (answer !== true) throw refusal();
    },
    async secret(question) {
      const { isCancel, password } = await import("@clack/prompts");
      const answer = await password({ message: question, output: process.stderr });
      if (isCancel(answer)) throw refusal();
      return answer;
    },
    close() {
      process.stdin.unref();
    },
  };
}

/** Reads line after line from what is piped in. */
class LinePrompter implements Prompter {
  readonly #yes: boolean;
  readonly #input: NodeJS.ReadableStream;
  #lines: AsyncIterator<string> | undefined;
  #reader: Interface | undefined;

  constructor(...[yes, input]: readonly [boolean, NodeJS.ReadableStream]) {
    this.#yes = yes;
    this.#input = input;
  }

  confirm(question: string): Promise<void> {
    if (this.#yes) return Promise.resolve();
    return Promise.reject(
      new CommandError({
        code: "CANNOT_ASK",
        message: `nobody can answer "${question}" here; add --yes to answer it beforehand`,
      }),
    );
  }

  async secret(question: string): Promise<string> {
    this.#reader ??= createInterface({ input: this.#input });
    this.#lines ??= this.#reader[Symbol.asyncIterator]();
    const line = await this.#lines.next();
    if (line.done === true) {
      throw new CommandError({
        code: "CANNOT_ASK",
        message: `"${question}" got no answer; pipe it in, or name a file with --password-file`,
      });
    }
    return line.value;
  }

  close(): void {
    this.#reader?.close();
  }
}

/** The first line of a file, as `--password-file` names it. @throws CommandError `USAGE` */
export function passwordFromFile(path: string): string {
  try {
    return readFileSync(path, "utf8").split(/\r?\n/)[0] ?? "";
  } catch {
    throw usage(`the password file ${path} cannot be read; check its path and its mode`);
  }
}

function refusal(): CommandError {
  return new CommandError({ code: "REFUSED_BY_USER", message: "nothing was done: you said no" });
}
