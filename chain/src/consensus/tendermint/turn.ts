/** What every part of the engine works on during one step. */
import type { Crypto } from "#crypto";
import type { Address, Time } from "#types";
import type { Effect } from "./effect.ts";
import type { HeightState } from "./height-state.ts";
import type { Timeouts } from "./limits.ts";

export interface EngineSettings {
  readonly chainId: string;
  readonly crypto: Crypto;
  readonly self?: Address;
  readonly timeouts: Timeouts;
}

export interface Turn {
  readonly now: Time;
  readonly state: HeightState;
  readonly settings: EngineSettings;
  /** Effects come out in the order of the work. */
  readonly emit: (effect: Effect) => void;
}
