/**
 * Long pure work that pauses between items, so that whoever runs it can give the event loop back
 * (DESIGN §4). A pause carries nothing and decides nothing: running it to the end at once gives
 * the same value.
 */
export type Work<Value> = Generator<undefined, Value, undefined>;

/** Runs work to its end without a pause. */
export function finish<Value>(work: Work<Value>): Value {
  for (;;) {
    const turn = work.next();
    if (turn.done === true) return turn.value;
  }
}
