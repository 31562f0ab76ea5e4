import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  encodeSignRecord,
  encodeWalEntry,
  type SignRecord,
  type WalEntry,
} from "@pyralog/chain/consensus";
import {
  createHeight,
  createRound,
  nil,
  proposalSignBytes,
  voteSignBytes,
  type Proposal,
  type Vote,
} from "@pyralog/chain/types";
import { createHome, createNodeKey, createValidatorKey, homePaths } from "@pyralog/node/config";
import { openDisk } from "@pyralog/node/io";
import { SignStore, Wal } from "@pyralog/node/storage";
import { Signatures } from "@pyralog/testnet/scenarios";
import { afterEach, beforeEach, describe, it } from "mocha";
import {
  aBlockId,
  aCommit,
  aVote,
  aValidatorSet,
  chainId,
  crypto,
  startTime,
  type Signer,
} from "../../../chain/test/types/values.ts";
import { aGenesis } from "./a-genesis.ts";

const doubleSign = { code: "DOUBLE_SIGN" };

describe("the signatures of a network", () => {
  let home = "";
  let own: Signer;
  let other: Signer;
  let signatures: Signatures;

  beforeEach(async () => {
    home = join(mkdtempSync(join(tmpdir(), "pyralog-signatures-")), "node");
    const validatorKey = createValidatorKey();
    const { secretKey, publicKey } = validatorKey;
    own = { secretKey, publicKey: { type: "ed25519", bytes: publicKey } };
    other = aValidatorSet([1n]).signers[0] ?? own;
    await createHome({ home, nodeKey: createNodeKey(), validatorKey, genesis: "", settings: {} });
    signatures = await Signatures.create(aGenesis([own, other]));
  });

  afterEach(() => rmSync(join(home, ".."), { recursive: true }));

  const disk = (): ReturnType<typeof openDisk> => openDisk(homePaths(home).data);

  const writeWal = async (entries: readonly WalEntry[]): Promise<void> => {
    const wal = await Wal.open({ disk: await disk(), directory: "wal" });
    await wal.endOf(createHeight(4n));
    for (const entry of entries) wal.append(encodeWalEntry(entry));
    await wal.sync();
    await wal.close();
  };

  const writeRecord = async (vote: Vote): Promise<void> => {
    const record: SignRecord = {
      kind: "record",
      height: vote.height,
      round: vote.round,
      step: vote.type,
      blockId: vote.blockId,
      validRound: nil,
      time: vote.time,
      signBytes: voteSignBytes({ chainId, vote }),
      signature: vote.signature,
      extension: vote.extension,
      extensionSignature: vote.extensionSignature,
      lock: nil,
    };
    const store = await SignStore.open({ disk: await disk(), path: "sign-record" });
    await store.swap({ expected: store.present.revision, record: encodeSignRecord(record) });
    await store.close();
  };

  const prevote = (name: string): Vote => aVote(own, { type: "prevote", blockId: aBlockId(name) });

  it("pass where everybody signed each thing once, however often it is seen", async () => {
    const vote = prevote("one");
    await writeWal([
      { kind: "vote", vote },
      { kind: "vote", vote: aVote(own) },
      { kind: "vote", vote: aVote(other) },
    ]);
    await writeRecord(aVote(own));
    await signatures.seeDisk(home);
    await signatures.seeDisk(home);
    signatures.seeCommit(aCommit([own, other]));
    assert.equal(signatures.count, 3);
  });

  it("do not pass with two prevotes of one round in a log", async () => {
    await writeWal([
      { kind: "vote", vote: prevote("one") },
      { kind: "vote", vote: prevote("two") },
    ]);
    await assert.rejects(signatures.seeDisk(home), doubleSign);
  });

  it("do not pass where the sign record tells of another vote than the log", async () => {
    await writeWal([{ kind: "vote", vote: prevote("one") }]);
    await writeRecord(prevote("two"));
    await assert.rejects(signatures.seeDisk(home), doubleSign);
  });

  it("do not pass where a commit holds what a log denies", async () => {
    await writeWal([{ kind: "vote", vote: aVote(other, { blockId: aBlockId("two") }) }]);
    await signatures.seeDisk(home);
    assert.throws(() => signatures.seeCommit(aCommit([own, other])), doubleSign);
  });

  it("do not pass with two proposals of one round", async () => {
    await writeWal([
      { kind: "proposal", proposal: aProposal(own, "one") },
      { kind: "proposal", proposal: aProposal(own, "two") },
    ]);
    await assert.rejects(signatures.seeDisk(home), doubleSign);
  });

  it("are read without a change to the node's own files", async () => {
    await writeWal([{ kind: "vote", vote: prevote("one") }]);
    const { data } = homePaths(home);
    const before = await (await disk()).read("wal/0000000000.log");
    await signatures.seeDisk(home);
    assert.deepEqual(await (await openDisk(data)).read("wal/0000000000.log"), before);
  });
});

function aProposal(signer: Signer, name: string): Proposal {
  const unsigned = {
    height: createHeight(5n),
    round: createRound(0),
    validRound: nil,
    blockId: aBlockId(name),
    time: startTime,
    signature: new Uint8Array(64),
  };
  const message = proposalSignBytes({ chainId, proposal: unsigned });
  return { ...unsigned, signature: crypto.signEd25519({ ...signer, message }) };
}
