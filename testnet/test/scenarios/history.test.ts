import assert from "node:assert/strict";
import { base64FromBytes } from "@pyralog/chain/base";
import {
  blockIdOf,
  blockIdToJson,
  blockToJson,
  commitToJson,
  createHeight,
  createPower,
  orderVotes,
  type Block,
  type Evidence,
  type Json,
} from "@pyralog/chain/types";
import { History, Signatures } from "@pyralog/testnet/scenarios";
import type { Rpc } from "@pyralog/wallet-cli/client";
import { beforeEach, describe, it } from "mocha";
import {
  aBlock,
  aBlockId,
  aCommit,
  aHash,
  aTime,
  aValidatorSet,
  aVote,
} from "../../../chain/test/types/values.ts";
import { aGenesis } from "./a-genesis.ts";
import { anRpc } from "./a-rpc.ts";

const { signers } = aValidatorSet();
const own = signers[0] ?? assert.fail();

/** Blocks as far as this height, the last of them as it is wanted. */
function aChain(length: number, last: Partial<Block> = {}): readonly Block[] {
  return Array.from({ length }, (_, index) => {
    const height = createHeight(BigInt(index + 1));
    const before = createHeight(BigInt(index));
    const lastCommit = index === 0 ? {} : { lastCommit: aCommit(signers, { height: before }) };
    const changed = index === length - 1 ? last : {};
    const block = aBlock({ ...lastCommit, ...changed });
    return { ...block, header: { ...block.header, height } };
  });
}

function aTeller(
  blocks: readonly Block[],
  lies: { readonly appHash?: Uint8Array; readonly blockId?: Json } = {},
): Rpc {
  const at = ({ height }: Readonly<Record<string, unknown>>): Block =>
    blocks[Number(height) - 1] ?? assert.fail("no such block");
  const status = {
    node_info: { network: "", moniker: "", version: "", id: "" },
    sync_info: {
      latest_block_height: String(blocks.length),
      latest_block_time: "",
      latest_app_hash: "",
    },
    validator_info: { address: "", voting_power: "0" },
  };
  return anRpc({
    status: () => status,
    block: (params) => ({
      block_id: lies.blockId ?? blockIdToJson(blockIdOf(at(params)).blockId),
      block: blockToJson(at(params)),
    }),
    block_results: (params) => ({
      app_hash: base64FromBytes(lies.appHash ?? aHash(`state ${String(params["height"])}`)),
    }),
    commit: (params) => ({
      signed_header: {
        commit: commitToJson(aCommit(signers, { height: at(params).header.height })),
      },
    }),
  });
}

describe("the chain as its nodes tell it", () => {
  let history: History;

  beforeEach(async () => {
    history = new History(await Signatures.create(aGenesis(signers)));
  });

  it("passes where all tell the same, and is read on from where it ended", async () => {
    await history.follow({ name: "a", rpc: aTeller(aChain(25)) });
    await history.follow({ name: "b", rpc: aTeller(aChain(22)) });
    await history.follow({ name: "b", rpc: aTeller(aChain(30)) });
    assert.equal(history.height, 30n);
  });

  const lies: readonly (readonly [code: string, what: string, rpc: Rpc])[] = [
    ["AGREEMENT", "another block", aTeller(aChain(3, { txs: [Uint8Array.of(1)] }))],
    ["APP_HASH", "another state after the same block", aTeller(aChain(3), { appHash: aHash("x") })],
    ["DECISION_LOST", "less than before", aTeller(aChain(2))],
  ];
  for (const [code, what, rpc] of lies) {
    it(`does not pass where one tells ${what} (${code})`, async () => {
      await history.follow({ name: "a", rpc: aTeller(aChain(3)) });
      const name = code === "DECISION_LOST" ? "a" : "b";
      await assert.rejects(history.follow({ name, rpc }), { code });
    });
  }

  it("does not pass with a block that is not what its id says (BLOCK_FORGED)", async () => {
    const blockId = blockIdToJson(blockIdOf(aBlock()).blockId);
    const rpc = aTeller(aChain(3), { blockId });
    await assert.rejects(history.follow({ name: "a", rpc }), { code: "BLOCK_FORGED" });
  });

  it("does not pass with transactions that the header does not know (BLOCK_FORGED)", async () => {
    const [block = assert.fail()] = aChain(1);
    const rpc = aTeller([{ ...block, txs: [Uint8Array.of(1)] }]);
    await assert.rejects(history.follow({ name: "a", rpc }), { code: "BLOCK_FORGED" });
  });

  it("does not pass with evidence against anybody in it (EVIDENCE_FOUND)", async () => {
    const [first, second] = orderVotes([
      aVote(own, { height: createHeight(1n) }),
      aVote(own, { height: createHeight(1n), blockId: aBlockId("another") }),
    ]);
    const evidence: Evidence = {
      kind: "duplicate-vote",
      voteA: first,
      voteB: second,
      powerTotal: createPower(40n),
      validatorPower: createPower(10n),
      time: aTime(0),
    };
    const rpc = aTeller(aChain(3, { evidence: [evidence] }));
    await assert.rejects(history.follow({ name: "a", rpc }), { code: "EVIDENCE_FOUND" });
  });
});
