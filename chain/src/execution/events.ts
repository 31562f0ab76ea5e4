/** Events of one phase of a transaction, in the order they happened. */
import type { ChainEvent, EventAttribute } from "#types";

/** Which attributes the node's index keeps; a node's own choice, no part of any hash. */
export type IsIndexed = (type: string, key: string) => boolean;

export class Events {
  /** For whoever does not tell anybody, such as a check for the pool: nothing is made or kept. */
  readonly isSilent: boolean;
  readonly #events: ChainEvent[] = [];
  readonly #isIndexed: IsIndexed;
  readonly #messageIndex: string | undefined;

  constructor(options: {
    readonly isIndexed: IsIndexed;
    readonly messageIndex?: number;
    readonly isSilent?: boolean;
  }) {
    this.isSilent = options.isSilent ?? false;
    this.#isIndexed = options.isIndexed;
    this.#messageIndex = options.messageIndex?.toString();
  }

  get all(): readonly ChainEvent[] {
    return this.#events;
  }

  /** Attribute names are written in code, never taken from users. */
  emit(type: string, values: Readonly<Record<string, string>>): void {
    if (this.isSilent) return;
    scratch.length = 0;
    for (const key in values) {
      scratch.push({ key, value: values[key] ?? "", index: this.#isIndexed(type, key) });
    }
    if (this.#messageIndex !== undefined) {
      const index = this.#isIndexed(type, "msg_index");
      scratch.push({ key: "msg_index", value: this.#messageIndex, index });
    }
    this.#events.push({ type, attributes: scratch.slice() });
  }
}

/** Grown once; each event keeps a copy that is as long as it needs to be. */
const scratch: EventAttribute[] = [];
