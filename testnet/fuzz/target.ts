/** What is fuzzed: a way to take one input, which must never throw, hang or keep what it was given. */

/** How an input is built, for changes that leave most of it readable. */
type Shape = "bytes" | "protobuf" | "json";

export interface Target {
  readonly shape: Shape;
  /** Bytes before the shape begins: which door the rest is for. */
  readonly prefixBytes: number;
  /** Good inputs to begin with. */
  readonly seeds: readonly Uint8Array[];
  /** Pieces that chance would hardly find. */
  readonly tokens: readonly Uint8Array[];
  /** Takes one input. @throws what must not happen, and nothing else. */
  run(input: Uint8Array): void | Promise<void>;
}

/** What the module of a target exports. */
export interface TargetModule {
  readonly createTarget: () => Target | Promise<Target>;
}
