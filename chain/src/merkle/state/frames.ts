/**
 * Parts of a tree that an update has to visit, as columns of numbers: one frame is one subtree and
 * the entries that concern it. Columns, and one after the other, because a batch visits tens of
 * thousands, and because neighbouring frames can then be fetched from memory at the same time.
 */
const framesFirst = 32;

export class Frames {
  count = 0;
  /** Written only so that reading ahead has a use. */
  warmed = 0;
  ref = column(1);
  /** Where the hash of `ref` is. */
  source = column(1);
  /** Skipped levels of an inner `ref` that lie above `depth`: they were split off. */
  consumed = column(1);
  /** Entries before this depth share their path. */
  depth = column(1);
  /** The frame above, times two, plus the side; −1 for the first. */
  parent = column(1);
  /** The path of an inner `ref`. */
  path = column(1);
  /** The level at which the entries or the subtree branch; −1 where the frame is done. */
  branch = column(1);
  /** `ref` is an inner node and branches there itself. */
  isOpened = column(1);
  /** One of the sides is no longer what it was. */
  isChanged = column(1);
  /** By frame times three: the first entry in the order, the first that goes right, the end. */
  bounds = column(3);
  /** By frame times two plus the side: what it was, and after the update what it is. */
  side = column(2);
  sideSource = column(2);
  #room = framesFirst;

  /** A frame whose columns hold whatever they held before. */
  add(): number {
    if (this.count === this.#room) this.#grow();
    return this.count++;
  }

  #grow(): void {
    this.#room *= 2;
    this.ref = grown(this.ref);
    this.source = grown(this.source);
    this.consumed = grown(this.consumed);
    this.depth = grown(this.depth);
    this.parent = grown(this.parent);
    this.path = grown(this.path);
    this.branch = grown(this.branch);
    this.isOpened = grown(this.isOpened);
    this.isChanged = grown(this.isChanged);
    this.bounds = grown(this.bounds);
    this.side = grown(this.side);
    this.sideSource = grown(this.sideSource);
  }
}

function column(perFrame: number): Int32Array {
  return new Int32Array(framesFirst * perFrame);
}

function grown(before: Int32Array): Int32Array {
  const after = new Int32Array(before.length * 2);
  after.set(before);
  return after;
}
