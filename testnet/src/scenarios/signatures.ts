/**
 * Every signature that a network has left anywhere, held against one another: those in commits,
 * those in the consensus logs of all nodes, and the last one of each validator, in its sign record.
 * A node's disk is read from a copy, because opening a log repairs it.
 */
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defined, hexFromBytes } from "@pyralog/chain/base";
import { decodeSignRecord, decodeWalEntry } from "@pyralog/chain/consensus";
import type { Crypto } from "@pyralog/chain/crypto";
import {
  createHeight,
  proposalSignBytes,
  validatorAddress,
  voteFromCommit,
  voteSignBytes,
  type Commit,
  type GenesisDocument,
  type Proposal,
  type Vote,
} from "@pyralog/chain/types";
import { homePaths, loadValidatorKey } from "@pyralog/node/config";
import { loadCrypto, openDisk } from "@pyralog/node/io";
import { SignStore, Wal } from "@pyralog/node/storage";
import { DoubleSign } from "#checkers";

/** What one node's disk held. */
interface OnDisk {
  readonly votes: readonly Vote[];
  readonly proposals: readonly Proposal[];
  /** What its key had signed last; empty before the first time. */
  readonly signBytes: Uint8Array;
}

export class Signatures {
  readonly #chainId: string;
  readonly #crypto: Crypto;
  readonly #publicKeys: ReadonlyMap<string, Uint8Array>;
  readonly #watch = new DoubleSign();

  static async create(genesis: GenesisDocument): Promise<Signatures> {
    return new Signatures(genesis, (await loadCrypto()).crypto);
  }

  private constructor({ chainId, validators }: GenesisDocument, crypto: Crypto) {
    this.#chainId = chainId;
    this.#crypto = crypto;
    this.#publicKeys = new Map(
      validators.map(({ publicKey }) => [
        hexFromBytes(validatorAddress(publicKey)),
        publicKey.bytes,
      ]),
    );
  }

  /** How many different ones were seen. */
  get count(): number {
    return this.#watch.signatures;
  }

  /** @throws Violation `DOUBLE_SIGN` */
  seeCommit(commit: Commit): void {
    for (const index of commit.signatures.keys()) {
      const vote = voteFromCommit(commit, index);
      if (vote !== undefined) this.#seeVote(vote);
    }
  }

  /** All that lies on the disk of a node that does not run. @throws Violation `DOUBLE_SIGN` */
  async seeDisk(home: string): Promise<void> {
    const { votes, proposals, signBytes } = await readDisk(home);
    for (const vote of votes) this.#seeVote(vote);
    for (const proposal of proposals) this.#seeProposal(proposal);
    const key = loadValidatorKey(homePaths(home).validatorKey);
    if (key.kind === "ok" && signBytes.length > 0)
      this.#watch.signed(key.value.publicKey, signBytes);
  }

  #seeVote(vote: Vote): void {
    const publicKey = this.#publicKeys.get(hexFromBytes(vote.validatorAddress));
    const message = voteSignBytes({ chainId: this.#chainId, vote });
    this.#watch.signed(defined(publicKey, "only validators vote"), message);
  }

  /** A proposal does not say whose it is; its signature does. */
  #seeProposal(proposal: Proposal): void {
    const message = proposalSignBytes({ chainId: this.#chainId, proposal });
    const { signature } = proposal;
    const publicKey = [...this.#publicKeys.values()].find((candidate) =>
      this.#crypto.verifyEd25519({ publicKey: candidate, message, signature }),
    );
    this.#watch.signed(defined(publicKey, "only validators propose"), message);
  }
}

async function readDisk(home: string): Promise<OnDisk> {
  const copy = mkdtempSync(join(tmpdir(), "pyralog-disk-"));
  try {
    const { data } = homePaths(home);
    for (const name of ["wal", "sign-record"]) {
      // A node that died in its first start may not have made its log.
      if (!existsSync(join(data, name))) continue;
      cpSync(join(data, name), join(copy, name), { recursive: true });
    }
    return await readCopy(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function readCopy(root: string): Promise<OnDisk> {
  const disk = await openDisk(root);
  const store = await SignStore.open({ disk, path: "sign-record" });
  const { record } = store.present;
  await store.close();
  const votes: Vote[] = [];
  const proposals: Proposal[] = [];
  const wal = await Wal.open({ disk, directory: "wal" });
  for await (const bytes of entriesOf(wal)) {
    const entry = decodeWalEntry(bytes);
    if (entry.kind === "vote") votes.push(entry.vote);
    if (entry.kind === "proposal") proposals.push(entry.proposal);
  }
  await wal.close();
  const signBytes = record.length === 0 ? record : decodeSignRecord(record).signBytes;
  return { votes, proposals, signBytes };
}

/** @yields whatever follows the oldest end of a height that the log still has */
async function* entriesOf(wal: Wal): AsyncGenerator<Uint8Array> {
  const last = wal.endHeight;
  if (last === undefined) return;
  let first = 0n;
  while (!wal.hasEndOf(createHeight(first))) first++;
  yield* wal.replay(createHeight(first));
}
