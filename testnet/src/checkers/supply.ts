import { violation } from "./violation.ts";

/** The coins of one denomination in a committed state, counted one by one. */
export interface CountedCoins {
  readonly height: bigint;
  readonly balances: readonly bigint[];
  readonly supply: bigint;
}

/** S: every coin is in somebody's balance, and nothing here makes or burns any. */
export class Supply {
  #total: bigint | undefined;

  /** @throws Violation */
  counted({ height, balances, supply }: CountedCoins): void {
    const sum = balances.reduce((total, balance) => total + balance, 0n);
    const total = this.#total ?? supply;
    this.#total = total;
    if (balances.some((balance) => balance < 0n) || sum !== supply || supply !== total) {
      throw violation("SUPPLY", { height, sum, supply, total });
    }
  }
}
