/** Carries out what the evidence relay asks for: checks by the pool, frames to peers, wake-ups. */
import { EvidenceRelay, type RelayEffect, type RelayInput } from "@pyralog/chain/evidence";
import type { Height } from "@pyralog/chain/types";
import type { Clock, PeerId, Timers, Wire } from "#ports";
import type { EvidenceDriver } from "./evidence-driver.ts";
import { driverLimits } from "./limits.ts";
import { Mailbox } from "./mailbox.ts";
import { monotonicTime } from "./monotonic-time.ts";
import { Waker } from "./waker.ts";

type Timeless<Input> = Input extends unknown ? Omit<Input, "now"> : never;
type Check = Extract<RelayEffect, { kind: "check" }>;

export class EvidenceRelayDriver {
  readonly #relay: EvidenceRelay;
  readonly #evidence: EvidenceDriver;
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #waker: Waker;
  readonly #drop: (peer: PeerId, reason: string) => void;
  readonly #checks: Mailbox<Check>;

  constructor(options: {
    readonly evidence: EvidenceDriver;
    /** The height that a peer says it is deciding. */
    readonly heightOf: (peer: PeerId) => Height | undefined;
    readonly wire: Wire;
    readonly clock: Clock;
    readonly timers: Timers;
    readonly drop: (peer: PeerId, reason: string) => void;
    readonly failed: (error: unknown) => void;
  }) {
    this.#relay = new EvidenceRelay({ heightOf: options.heightOf });
    this.#evidence = options.evidence;
    this.#wire = options.wire;
    this.#clock = options.clock;
    this.#waker = new Waker(options, () => this.step({ kind: "tick" }));
    this.#drop = options.drop;
    this.#checks = new Mailbox({
      handle: (check) => this.#check(check),
      failed: options.failed,
      inputsMax: driverLimits.evidenceChecksQueuedMax,
    });
    const tell = (): void => this.step({ kind: "pending-changed", ...this.#evidence.present });
    this.#evidence.follow(tell);
    tell();
  }

  step(input: Timeless<RelayInput>): void {
    const now = monotonicTime(this.#clock);
    for (const effect of this.#relay.step({ ...input, now })) this.#perform(effect);
  }

  stop(): Promise<void> {
    this.#waker.stop();
    return this.#checks.close();
  }

  #perform(effect: RelayEffect): void {
    switch (effect.kind) {
      case "check":
        this.#checks.post(effect);
        return;
      case "send":
        for (const peer of effect.peers) {
          this.#wire.send({ peer, channel: "evidence", bytes: effect.bytes });
        }
        return;
      case "punish":
        this.#drop(effect.peer, effect.reason);
        return;
      case "wake":
        this.#waker.wakeAt(effect.at);
        return;
    }
  }

  async #check({ peer, evidence }: Check): Promise<void> {
    const verdict = await this.#evidence.add(evidence, "peer");
    this.step({ kind: "checked", peer, evidence, verdict });
  }
}
