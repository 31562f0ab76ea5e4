import { equalBytes, hexFromBytes } from "@pyralog/chain/base";
import { canonicalProposalWire, canonicalVoteWire, Reader } from "@pyralog/chain/codec";
import { violation } from "./violation.ts";

const proposalType = 32;

/** Watches every call that signs, across crashes: one signature per height, round and kind. */
export class DoubleSign {
  readonly #signed = new Map<string, Uint8Array>();
  readonly #liars: ReadonlySet<string>;

  /** `liars` are keys in hexadecimal digits, which may sign what they like. */
  constructor(liars: ReadonlySet<string> = new Set()) {
    this.#liars = liars;
  }

  get signatures(): number {
    return this.#signed.size;
  }

  /** @throws Violation when the key signed something else at this place before. */
  signed(publicKey: Uint8Array, message: Uint8Array): void {
    if (this.#liars.has(hexFromBytes(publicKey))) return;
    const place = `${hexFromBytes(publicKey)} ${placeOf(message)}`;
    const before = this.#signed.get(place);
    if (before === undefined) {
      this.#signed.set(place, message.slice());
      return;
    }
    if (!equalBytes(before, message)) throw violation("DOUBLE_SIGN", { place });
  }
}

/** Height, round and kind of canonical sign bytes; a vote extension has none and is its own. */
function placeOf(message: Uint8Array): string {
  const canonical = new Reader(message).bytes();
  const first = new Reader(canonical);
  if (first.tag() !== 8) return `extension ${hexFromBytes(canonical)}`;
  const type = first.int32();
  const wire = type === proposalType ? canonicalProposalWire : canonicalVoteWire;
  const { height, round } = wire.decode(canonical);
  return `type ${type} height ${height} round ${round}`;
}
