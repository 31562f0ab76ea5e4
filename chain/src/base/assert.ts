/** Stops on our own mistakes. What a user or a peer can cause is refused by a result instead. */
export function assert(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new AssertionFailure(claim);
}

/** An invariant of ours does not hold: the process must not go on from here (DESIGN §4). */
export class AssertionFailure extends Error {
  override readonly name = "AssertionFailure";

  constructor(claim: string) {
    super(`Broken claim: ${claim}.`);
  }
}

/** The value, where its absence would be our own mistake. */
export function defined<T>(value: T | undefined, claim: string): T {
  if (value === undefined) throw new AssertionFailure(claim);
  return value;
}
