/**
 * The moments at which a node can die, by name: before and after each thing that it writes, syncs
 * or says. A name tells what is written, so a test can ask for the one between two syncs.
 */

/** What of a node's work lasts, in about the order of a height. */
const failingDeeds = [
  "wal-create",
  "genesis-save",
  "wal-open-sync",
  "wal-entries-write",
  "wal-entries-sync",
  "sign-open-sync",
  "sign-propose-write",
  "sign-propose-sync",
  "send-proposal",
  "send-part",
  "sign-prevote-write",
  "sign-prevote-sync",
  "sign-precommit-write",
  "sign-precommit-sync",
  "send-vote",
  "block-save",
  "wal-end-write",
  "wal-end-sync",
  "state-save",
  "evidence-save",
  "application-commit",
  "index-save",
  "wal-roll",
  "wal-remove",
  "block-prune",
  "state-prune",
  "wal-truncate",
] as const;

export type FailingDeed = (typeof failingDeeds)[number];

export type Failpoint = `${FailingDeed}/${"before" | "after"}`;

export const failpoints: readonly Failpoint[] = failingDeeds.flatMap((deed) => [
  `${deed}/before` as const,
  `${deed}/after` as const,
]);

export function isFailpoint(text: string): text is Failpoint {
  return failpoints.some((name) => name === text);
}
