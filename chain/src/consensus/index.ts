/**
 * Consensus engines, and the rule by which a validator signs. `tendermint/` decides one block per
 * height after "The latest gossip on BFT consensus" (arXiv 1807.04938); a later engine is a
 * sibling folder. Nothing here waits, reads a clock or keeps a file: what must be done outside is
 * an effect, and what came of it an input.
 */
export { ConsensusError, type ConsensusErrorCode } from "./consensus-error.ts";
export { decodeSignRecord, encodeSignRecord } from "./sign-rule/encode-record.ts";
export {
  completeRecord,
  decideSigning,
  signedMessage,
  type SignRefusal,
  type SignVerdict,
  type UnsignedRecord,
} from "./sign-rule/sign-rule.ts";
export type {
  Lock,
  SignedMessage,
  SignRecord,
  SignRequest,
  SignStep,
  UnsignedProposal,
  UnsignedVote,
} from "./sign-rule/sign-record.ts";
export type { Effect, Gain, PunishReason, Source } from "./tendermint/effect.ts";
export type {
  Input,
  InputBody,
  PeerId,
  PreviousHeight,
  StartHeight,
  Step,
  TimeoutStep,
} from "./tendermint/input.ts";
export type { PartsView, RoundState, VotesView } from "./tendermint/round-state.ts";
export { decodeWalEntry, encodeWalEntry, walEntryHeight } from "./tendermint/encode-wal-entry.ts";
export type { WalEntry } from "./tendermint/wal-entry.ts";
export { limits as consensusLimits, timeoutsDefault, type Timeouts } from "./tendermint/limits.ts";
export { Tendermint, type TendermintOptions } from "./tendermint/tendermint.ts";
