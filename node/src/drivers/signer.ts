/**
 * Carries out `sign`: asks the sign rule, signs, and lets nothing leave before the record is on
 * disk (DESIGN §5 c). The rule decides; this only holds the key and the file.
 */
import { emptyBytes } from "@pyralog/chain/base";
import {
  completeRecord,
  decideSigning,
  decodeSignRecord,
  encodeSignRecord,
  signedMessage,
  type InputBody,
  type SignRecord,
  type SignRequest,
} from "@pyralog/chain/consensus";
import type { Crypto } from "@pyralog/chain/crypto";
import { nil, type Nil } from "@pyralog/chain/types";
import type { SignRevision, SignStore } from "#storage";

type SignAnswer = Extract<InputBody, { kind: "signed" | "sign-refused" }>;

export class Signer {
  readonly #store: SignStore;
  readonly #secretKey: Uint8Array;
  readonly #chainId: string;
  readonly #crypto: Crypto;
  #record: SignRecord | Nil;
  #revision: bigint;

  constructor(options: {
    readonly store: SignStore;
    readonly secretKey: Uint8Array;
    readonly chainId: string;
    readonly crypto: Crypto;
  }) {
    this.#store = options.store;
    this.#secretKey = options.secretKey;
    this.#chainId = options.chainId;
    this.#crypto = options.crypto;
    const { present } = options.store;
    this.#record = recordOf(present);
    this.#revision = present.revision;
  }

  /** What this key has signed last. */
  get record(): SignRecord | Nil {
    return this.#record;
  }

  async sign(request: SignRequest): Promise<SignAnswer> {
    const verdict = decideSigning({ chainId: this.#chainId, record: this.#record, request });
    switch (verdict.kind) {
      case "refuse":
        return { kind: "sign-refused", record: this.#record };
      case "reuse":
        return { kind: "signed", message: signedMessage(request, verdict.record) };
      case "sign": {
        const record = completeRecord(verdict.next, {
          signature: this.#signature(verdict.signBytes),
          extensionSignature: this.#signature(verdict.extensionSignBytes),
        });
        return this.#save(request, record);
      }
    }
  }

  async #save(request: SignRequest, record: SignRecord): Promise<SignAnswer> {
    const swap = await this.#store.swap({
      expected: this.#revision,
      record: encodeSignRecord(record),
    });
    if (swap.kind === "conflict") {
      this.#record = recordOf(swap.present);
      this.#revision = swap.present.revision;
      return { kind: "sign-refused", record: this.#record };
    }
    this.#record = record;
    this.#revision = swap.revision;
    return { kind: "signed", message: signedMessage(request, record) };
  }

  #signature(message: Uint8Array): Uint8Array {
    if (message.length === 0) return emptyBytes;
    return this.#crypto.signEd25519({ secretKey: this.#secretKey, message });
  }
}

function recordOf(present: SignRevision): SignRecord | Nil {
  return present.record.length === 0 ? nil : decodeSignRecord(present.record);
}
