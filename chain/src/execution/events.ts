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
    const attributes: EventAttribute[] = [];
    for (const key in values) attributes.push(this.#attribute(type, { key, value: values[key] }));
    if (this.#messageIndex !== undefined) {
      attributes.push(this.#attribute(type, { key: "msg_index", value: this.#messageIndex }));
    }
    this.#events.push({ type, attributes });
  }

  #attribute(
    type: string,
    pair: { readonly key: string; readonly value: string | undefined },
  ): EventAttribute {
    const { key, value = "" } = pair;
    return { key, value, index: this.#isIndexed(type, key) };
  }
}
