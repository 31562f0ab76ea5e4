/** Addresses and their spelling on one chain: 20 bytes, bech32 with the genesis prefix. */
import { bytesFromText, ChainError, ok, refused, type Result } from "#base";
import { bech32FromBytes, bytesFromBech32, sha256 } from "#crypto";
import { createAddress, type Address } from "#types";
import type { GenesisNode } from "./genesis-node.ts";
import { refusals, TxError } from "./refusals.ts";

const spellingsMax = 16_384;

/** Reads and writes addresses; remembers the latest spellings, since each is used many times. */
export class Addresses {
  readonly prefix: string;
  #operators: Addresses | undefined;
  readonly #byText = new Map<string, Address>();
  /** By the identity of the bytes: one transaction names its addresses a dozen times. */
  readonly #texts = new WeakMap<Address, string>();

  constructor(prefix: string) {
    this.prefix = prefix;
  }

  /** The same 20 bytes as validators' operators spell them. */
  get operators(): Addresses {
    return (this.#operators ??= new Addresses(`${this.prefix}valoper`));
  }

  /** The address, or what is wrong with the text. `0x` spellings are for the wallet. */
  parse(text: string): Result<Address, string> {
    const known = this.#byText.get(text);
    if (known !== undefined) return ok(known);
    const parsed = parseBech32(text, this.prefix);
    if (parsed.kind === "refused") return parsed;
    if (this.#byText.size >= spellingsMax) this.#byText.clear();
    this.#byText.set(text, parsed.value);
    this.#texts.set(parsed.value, text.toLowerCase());
    return parsed;
  }

  /** @throws TxError `INVALID_ADDRESS`, naming whose address it should have been. */
  require(text: string, whose: string): Address {
    const parsed = this.parse(text);
    if (parsed.kind === "ok") return parsed.value;
    throw new TxError(refusals.INVALID_ADDRESS, `invalid ${whose} address: ${parsed.error}`);
  }

  /** @throws GenesisError naming the place of the text. */
  fromGenesis(node: GenesisNode): Address {
    const parsed = this.parse(node.text());
    if (parsed.kind === "ok") return parsed.value;
    return node.refuse(`write an address of this chain (${parsed.error})`);
  }

  /** The account's spelling. */
  text(address: Address): string {
    const known = this.#texts.get(address);
    if (known !== undefined) return known;
    const text = bech32FromBytes({ prefix: this.prefix, bytes: address });
    this.#texts.set(address, text);
    return text;
  }
}

function parseBech32(text: string, prefix: string): Result<Address, string> {
  if (text.trim() === "") return refused("empty address string is not allowed");
  try {
    const decoded = bytesFromBech32(text);
    if (decoded.prefix !== prefix) {
      return refused(`invalid Bech32 prefix; expected ${prefix}, got ${decoded.prefix}`);
    }
    if (decoded.bytes.length !== 20) {
      return refused(`address length must be 20 bytes, got ${decoded.bytes.length}`);
    }
    return ok(createAddress(decoded.bytes));
  } catch (error) {
    if (error instanceof ChainError) return refused(`decoding bech32 failed: ${error.code}`);
    throw error;
  }
}

/** Where a module keeps its coins: the SDK's `NewModuleAddress`. */
export function moduleAddress(name: string): Address {
  return createAddress(sha256(bytesFromText(name)).slice(0, 20));
}
