/** `testnet/docs/ledger.md`: one row for each long run, never changed afterwards. */
import { spawnSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface LedgerRow {
  readonly date: Date;
  readonly suite: string;
  readonly seeds: string;
  readonly counts: string;
  readonly commit: string;
  readonly verdict: string;
}

const path = fileURLToPath(new URL("../../docs/ledger.md", import.meta.url));

export function appendToLedger(row: LedgerRow): void {
  appendFileSync(path, ledgerLine(row));
}

export function ledgerLine(row: LedgerRow): string {
  const { date, suite, seeds, counts, commit, verdict } = row;
  const day = date.toISOString().slice(0, 10);
  return `| ${[day, suite, seeds, counts, commit, verdict].map(cellFrom).join(" | ")} |\n`;
}

/** The commit that runs; with a plus where files differ from it. */
export function presentCommit(): string {
  const commit = git("rev-parse", "--short", "HEAD");
  if (commit === "") return "unknown";
  return git("status", "--porcelain", "--untracked-files=no") === "" ? commit : `${commit}+`;
}

function git(...args: readonly string[]): string {
  const { status, stdout } = spawnSync("git", args, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : "";
}

function cellFrom(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").trim();
}
