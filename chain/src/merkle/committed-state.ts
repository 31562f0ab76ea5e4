/** One write of the state; no value deletes. Keys and values are never empty. */
export interface StateWrite {
  readonly key: Uint8Array;
  readonly value?: Uint8Array;
}

export interface KeyScan {
  readonly prefix: Uint8Array;
  /** Starts at the first key ≥ this whole key (ascending), or ≤ it (reverse). */
  readonly from?: Uint8Array;
  readonly reverse?: boolean;
  /** Leaves committed values empty: reading them is most of the cost of a long walk. */
  readonly keysOnly?: boolean;
}

/** Reads of one state, whether committed or still an overlay. Synchronous; callers do not write. */
export interface StateReader {
  get(key: Uint8Array): Uint8Array | undefined;
  /** Live pairs whose keys start with the prefix, in byte order of the whole keys. */
  scan(scan: KeyScan): Iterable<readonly [Uint8Array, Uint8Array]>;
}

/** One kept version of the committed state: what queries and proofs read (DESIGN §4, §6.7). */
export interface CommittedState extends StateReader {
  /** The height whose block made this version; zero before the first block. */
  readonly version: bigint;
  readonly root: Uint8Array;
  /** An encoded ICS-23 CommitmentProof of existence or absence against `root`. */
  prove(key: Uint8Array): Uint8Array;
}
