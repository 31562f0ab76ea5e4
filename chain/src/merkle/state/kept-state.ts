import type { CommittedState, KeyScan } from "../committed-state.ts";
import { encodeProof } from "./prove.ts";
import { compareBytes, concatBytes, emptyBytes } from "#base";
import { empty } from "./refs.ts";
import type { StateCore, Version } from "./state-core.ts";
import { StateError } from "./state-error.ts";

const zero = Uint8Array.of(0);

/** One kept version as its readers see it. */
export class KeptState implements CommittedState {
  readonly #core: StateCore;
  readonly #version: Version;

  constructor(core: StateCore, version: Version) {
    this.#core = core;
    this.#version = version;
  }

  get version(): bigint {
    return this.#version.version;
  }

  get root(): Uint8Array {
    return this.#version.rootHash;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#expectKept();
    const leaf = this.#core.tree.find(this.#version.root, key);
    return leaf === empty ? undefined : this.#core.value(leaf);
  }

  #presence(key: Uint8Array): Uint8Array | undefined {
    this.#expectKept();
    return this.#core.tree.find(this.#version.root, key) === empty ? undefined : emptyBytes;
  }

  /** @yields a live pair */
  *scan(scan: KeyScan): Generator<readonly [Uint8Array, Uint8Array], undefined> {
    const keys = scan.reverse === true ? this.#downwards(scan) : this.#upwards(scan);
    for (const key of keys) {
      if (!startsWith(key, scan.prefix)) return;
      const value = scan.keysOnly === true ? this.#presence(key) : this.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  #upwards({ prefix, from = prefix }: KeyScan): Iterable<Uint8Array> {
    const start = compareBytes(from, prefix) < 0 ? prefix : from;
    return this.#core.tree.keys.upwards(start);
  }

  #downwards({ prefix, from }: KeyScan): Iterable<Uint8Array> {
    const end = endOfPrefix(prefix);
    const upTo = from === undefined ? undefined : concatBytes([from, zero]);
    const isBeyond = end !== undefined && (upTo === undefined || compareBytes(end, upTo) < 0);
    return this.#core.tree.keys.downwards(isBeyond ? end : upTo);
  }

  prove(key: Uint8Array): Uint8Array {
    this.#expectKept();
    return encodeProof(this.#core, { root: this.#version.root, key });
  }

  #expectKept(): void {
    if (this.#version.isKept) return;
    throw new StateError({ code: "VERSION_EXPIRED", facts: { version: this.#version.version } });
  }
}

function startsWith(key: Uint8Array, prefix: Uint8Array): boolean {
  return key.length >= prefix.length && prefix.every((byte, at) => key[at] === byte);
}

/** The first bytes after everything that starts with the prefix, if there are any. */
function endOfPrefix(prefix: Uint8Array): Uint8Array | undefined {
  const last = prefix.findLastIndex((byte) => byte !== 0xff);
  if (last < 0) return undefined;
  const end = prefix.slice(0, last + 1);
  end[last] = (end[last] ?? 0) + 1;
  return end;
}
