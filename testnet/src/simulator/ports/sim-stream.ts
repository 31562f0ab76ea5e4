import type { EventQueue } from "./event-queue.ts";

interface Item<Message> {
  readonly message: Message;
  readonly bytes: number;
  readonly arrivesUs: number;
}

const retryUs = 200_000;

/** One direction of one channel: messages arrive in the order in which they were sent. */
export class SimStream<Message> {
  readonly #queue: EventQueue;
  readonly #isBlocked: () => boolean;
  readonly #deliver: (message: Message) => void;
  readonly #items: Item<Message>[] = [];
  #isPumping = false;
  #isClosed = false;
  #freeUs = 0;
  count = 0;
  bytes = 0;

  constructor(options: {
    readonly queue: EventQueue;
    /** While it is true nothing arrives; it is asked again until it is not. */
    readonly isBlocked: () => boolean;
    readonly deliver: (message: Message) => void;
  }) {
    this.#queue = options.queue;
    this.#isBlocked = options.isBlocked;
    this.#deliver = options.deliver;
  }

  push(
    message: Message,
    travel: {
      readonly bytes: number;
      readonly latencyMs: number;
      readonly bytesPerMs: number;
      /** It may arrive before what was sent before it. */
      readonly overtakes: boolean;
    },
  ): void {
    const { nowUs } = this.#queue;
    this.#freeUs = Math.max(this.#freeUs, nowUs) + (travel.bytes / travel.bytesPerMs) * 1_000;
    const earliestUs = Math.round(this.#freeUs + travel.latencyMs * 1_000);
    const lastUs = travel.overtakes ? 0 : (this.#items.at(-1)?.arrivesUs ?? 0);
    const item = { message, bytes: travel.bytes, arrivesUs: Math.max(earliestUs, lastUs) };
    this.count++;
    this.bytes += travel.bytes;
    if (travel.overtakes) this.#arriveAlone(item);
    else {
      this.#items.push(item);
      this.#pumpAt(item.arrivesUs);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#items.length = 0;
  }

  #pumpAt(atUs: number): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    this.#queue.afterUs(Math.max(0, atUs - this.#queue.nowUs), () => this.#pump());
  }

  #pump(): void {
    this.#isPumping = false;
    if (this.#isClosed) return;
    if (this.#isBlocked()) return this.#pumpAt(this.#queue.nowUs + retryUs);
    const next = this.#items.shift();
    if (next !== undefined) this.#arrive(next);
    const following = this.#items[0];
    if (following !== undefined) this.#pumpAt(following.arrivesUs);
  }

  #arriveAlone(item: Item<Message>): void {
    this.#queue.afterUs(Math.max(0, item.arrivesUs - this.#queue.nowUs), () => {
      if (this.#isClosed) return;
      if (this.#isBlocked()) {
        this.#arriveAlone({ ...item, arrivesUs: this.#queue.nowUs + retryUs });
      } else this.#arrive(item);
    });
  }

  #arrive(item: Item<Message>): void {
    this.count--;
    this.bytes -= item.bytes;
    this.#deliver(item.message);
  }
}
