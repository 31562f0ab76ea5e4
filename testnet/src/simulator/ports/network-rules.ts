/** How the links of a simulated world are, all of them or one. */
export interface NetworkRules {
  latencyMsMin: number;
  latencyMsMax: number;
  /** Of one direction of one channel. */
  bytesPerMs: number;
  /** Chances in a thousand, for each message; zero keeps the contract of `Wire`. */
  lossPerMille: number;
  repeatPerMille: number;
  disorderPerMille: number;
  /** So often an old message of the same direction goes along, out of `pastMax` remembered ones. */
  replayPerMille: number;
  pastMax: number;
  /** On top of the latency, exponentially distributed, up to `delayMsMax`. */
  delayMeanMs: number;
  delayMsMax: number;
  /** A peer that was silent for so long is taken for gone. */
  silenceMs: number;
  redialMs: number;
  banMs: number;
  queueMessagesMax: number;
}

/** What one direction of one link can carry, where it is less than `NetworkRules` say. */
export interface LinkLimits {
  readonly bytesPerMs?: number;
  readonly queueMessagesMax?: number;
}

export const networkRulesDefault: NetworkRules = {
  latencyMsMin: 1,
  latencyMsMax: 20,
  bytesPerMs: 10_000,
  lossPerMille: 0,
  repeatPerMille: 0,
  disorderPerMille: 0,
  replayPerMille: 0,
  pastMax: 0,
  delayMeanMs: 0,
  delayMsMax: 2_000,
  silenceMs: 8_000,
  redialMs: 1_000,
  banMs: 60_000,
  queueMessagesMax: 10_000,
};
