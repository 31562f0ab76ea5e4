/** A wallet in a temporary home, talking to a fake chain, with a person who answers as told. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import {
  carryOutWith,
  CommandError,
  Context,
  type ExitCode,
  type GlobalOptions,
  type Prompter,
} from "@pyralog/wallet-cli/commands";
import { accountFromPhrase, createPhrase, loadCrypto } from "@pyralog/wallet-cli/keystore";
import { bech32FromAddress, Output } from "@pyralog/wallet-cli/render";
import { FakeChain } from "../client/a-chain.ts";

export const password = "correct horse";

interface Outcome {
  readonly exit: ExitCode;
  readonly out: string;
  readonly error: string;
  /** What was asked of the person. */
  readonly questions: readonly string[];
}

export interface Wallet {
  readonly home: string;
  readonly chain: FakeChain;
  readonly passwordFile: string;
  run(
    command: (context: Context) => Promise<void> | void,
    options?: GlobalOptions & { readonly answers?: readonly (string | boolean)[] },
  ): Promise<Outcome>;
  /** Adds a key with a phrase of its own; gives its bech32 address. */
  addKey(name: string, options?: { readonly dev?: boolean }): Promise<string>;
  remove(): void;
}

export function aWallet(): Wallet {
  const home = mkdtempSync(join(tmpdir(), "pyralog-wallet-"));
  const chain = new FakeChain();
  const passwordFile = join(home, "password");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  return {
    home,
    chain,
    passwordFile,
    async run(command, options = {}) {
      const { answers = [], ...given } = options;
      const out: string[] = [];
      const errors = new PassThrough().setEncoding("utf8");
      const questions: string[] = [];
      const output = new Output({
        json: given.json === true,
        streams: { out: { write: (text: string) => out.push(text) }, error: errors },
      });
      const prompter = aPerson({ answers, questions, yes: given.yes === true });
      const exit = await carryOutWith(
        () => new Context({ home, ...given }, { output, prompter, rpc: chain }),
        { output, command },
      );
      const error: unknown = errors.read();
      return { exit, out: out.join(""), error: typeof error === "string" ? error : "", questions };
    },
    async addKey(name, { dev = false } = {}) {
      const phrase = { words: createPhrase(12), index: 0 };
      const { secretKey, publicKey, address } = await accountFromPhrase(phrase, await loadCrypto());
      const { keystore } = new Context({ home });
      await keystore.add(
        [{ name, address, publicKey, dev, secret: { secretKey, phrase } }],
        password,
      );
      return bech32FromAddress(address, "pyr");
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

function aPerson(parts: {
  readonly answers: readonly (string | boolean)[];
  readonly questions: string[];
  readonly yes: boolean;
}): Prompter {
  const answers = [...parts.answers];
  return {
    async confirm(question) {
      await Promise.resolve();
      if (parts.yes) return;
      parts.questions.push(question);
      if (answers.shift() === true) return;
      throw new CommandError({ code: "REFUSED_BY_USER", message: "you said no" });
    },
    async secret(question) {
      await Promise.resolve();
      parts.questions.push(question);
      const answer = answers.shift();
      if (typeof answer === "string") return answer;
      throw new CommandError({ code: "CANNOT_ASK", message: `no answer to ${question}` });
    },
    close: () => undefined,
  };
}
