import { base64FromBytes, emptyBytes } from "#base";
import { equalKeys, type AccountKey } from "./account-key.ts";

/** For whom a signature was found to be right. */
interface Accepted {
  readonly key: AccountKey;
  readonly accountNumber: bigint;
  readonly sequence: bigint;
}

/**
 * What was found out about one transaction and need not be found out again when the same bytes
 * stand in a block. Only positive verdicts are kept, each for exactly the account and key that it
 * was given for; the chain is the same as long as the process runs.
 */
export class TransactionMemo {
  readonly #signatures: readonly Uint8Array[];
  readonly #texts: string[] = [];
  readonly #accepted: Accepted[] = [];

  constructor(signatures: readonly Uint8Array[]) {
    this.#signatures = signatures;
  }

  accepts(index: number, claim: Accepted): boolean {
    const known = this.#accepted[index];
    return (
      known !== undefined &&
      known.accountNumber === claim.accountNumber &&
      known.sequence === claim.sequence &&
      equalKeys(known.key, claim.key)
    );
  }

  remember(index: number, { key, accountNumber, sequence }: Accepted): void {
    this.#accepted[index] = { key, accountNumber, sequence };
  }

  /** In base64, as events tell it. */
  signatureText(index: number): string {
    return (this.#texts[index] ??= base64FromBytes(this.#signatures[index] ?? emptyBytes));
  }
}
