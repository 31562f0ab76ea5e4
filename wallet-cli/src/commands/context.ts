/** What every command has at hand: home, streams, node, keys, and somebody to ask. */
import { createRpc, fetchChain, type Chain, type Rpc } from "#client";
import { isKeyName, KeystoreError, Keystore, loadDevPassword, type SecretPart } from "#keystore";
import { addressFromText, bech32FromAddress, hexFromAddress, isAddressLike, Output } from "#render";
import { usage } from "./command-error.ts";
import { findLocalNetwork } from "./local-network.ts";
import { createPrompter, passwordFromFile, type Prompter } from "./prompter.ts";
import { loadSettings, resolveHome, type Settings } from "./settings.ts";

/** The options that every command takes, as commander names them. */
export interface GlobalOptions {
  readonly node?: string;
  readonly home?: string;
  readonly from?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly gas?: string;
  readonly fees?: string;
  readonly memo?: string;
  readonly wait?: string;
  readonly passwordFile?: string;
}

/** An account, by whichever of its names the user gave. */
export interface Party {
  readonly address: Uint8Array;
  /** The key's name, where it is one of the user's. */
  readonly name: string | undefined;
}

const nodeDefault = "http://127.0.0.1:26657";
const prefixDefault = "pyr";

export class Context {
  readonly options: GlobalOptions;
  readonly home: string;
  readonly output: Output;
  readonly prompter: Prompter;
  readonly keystore: Keystore;
  readonly settings: Settings;
  #rpc: Rpc | undefined;
  #chain: Promise<Chain> | undefined;

  constructor(
    options: GlobalOptions,
    parts: { readonly output?: Output; readonly prompter?: Prompter; readonly rpc?: Rpc } = {},
  ) {
    this.options = options;
    this.home = resolveHome(options.home);
    this.output = parts.output ?? new Output({ json: options.json === true });
    this.prompter = parts.prompter ?? createPrompter({ yes: options.yes === true });
    this.keystore = new Keystore(this.home);
    this.#rpc = parts.rpc;
    this.settings = loadSettings(this.home);
  }

  /** `--node`, else the setting, else the local network of the home, else this machine. */
  get nodeUrl(): string {
    const local = findLocalNetwork(this.home)?.rpc;
    const url = this.options.node ?? this.settings.node ?? local ?? nodeDefault;
    if (URL.canParse(url) && /^https?:/.test(url)) return url;
    throw usage(`"${url}" is no URL of a node; write one such as ${nodeDefault}`);
  }

  get rpc(): Rpc {
    this.#rpc ??= createRpc(this.nodeUrl);
    return this.#rpc;
  }

  /** Asked for once in a command. */
  chain(): Promise<Chain> {
    this.#chain ??= fetchChain(this.rpc);
    return this.#chain;
  }

  /** Without asking a node, as far as it can be known: how the user's own addresses are spelled. */
  get prefix(): string {
    return this.settings.prefix ?? findLocalNetwork(this.home)?.prefix ?? prefixDefault;
  }

  /** Both spellings of an address, for answers. */
  spelled(address: Uint8Array, prefix: string): { readonly address: string; readonly hex: string } {
    return { address: bech32FromAddress(address, prefix), hex: hexFromAddress(address) };
  }

  /** A key's name, or an address of the chain. */
  party(text: string, prefix: string): Party {
    if (isKeyName(text) && !isAddressLike(text)) {
      return { address: this.keystore.show(text).address, name: text };
    }
    const address = addressFromText(text, prefix);
    return { address, name: undefined };
  }

  /** `--from`, else the setting, else the only key that there is. @throws CommandError `USAGE` */
  fromName(): string {
    const named = this.options.from ?? this.settings.from;
    if (named !== undefined) return named;
    const keys = this.keystore.list();
    const [only] = keys;
    if (only !== undefined && keys.length === 1) return only.name;
    const names = keys.map(({ name }) => name).join(", ");
    throw usage(
      only === undefined
        ? "there is no key yet; make one with `pyralog keys new NAME`"
        : `say which key: --from NAME, where NAME is one of ${names}`,
    );
  }

  /** From the password file, the open one of development keys, or a person. */
  async unlock(name: string): Promise<SecretPart> {
    return this.keystore.unlock(name, await this.password(name));
  }

  async password(name: string): Promise<string> {
    const { passwordFile } = this.options;
    if (passwordFile !== undefined) return passwordFromFile(passwordFile);
    const open = this.keystore.show(name).dev ? loadDevPassword(this.home) : undefined;
    return open ?? this.prompter.secret(`Password of ${name}`);
  }

  /** @throws KeystoreError `DEV_KEY_REFUSED` */
  assertUsable(name: string, chain: Chain): void {
    if (!this.keystore.show(name).dev || chain.dev) return;
    throw new KeystoreError({
      code: "DEV_KEY_REFUSED",
      message:
        `${name} is a development key, whose secret lies open, and ${chain.chainId} is no ` +
        "development chain; make a key of your own with `pyralog keys new NAME`",
      facts: { name, chainId: chain.chainId },
    });
  }
}
