/** What only governance may change, and what changes with it. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { MsgUpdateParams as AuthUpdate } from "cosmjs-types/cosmos/auth/v1beta1/tx";
import { MsgUpdateParams as ConsensusUpdate } from "cosmjs-types/cosmos/consensus/v1/tx";
import { QueryParamsResponse } from "cosmjs-types/cosmos/consensus/v1/query";
import { consensusParamsDefault } from "@pyralog/chain/types";
import { authority, governed, government } from "./a-government.ts";
import { alice, bob, Chain } from "./a-chain.ts";

const modules = [government];

const authParams = {
  maxMemoCharacters: 3n,
  txSigLimit: 1n,
  txSizeCostPerByte: 20n,
  sigVerifyCostEd25519: 590n,
  sigVerifyCostSecp256k1: 2000n,
};

function authUpdate(from: string, params = authParams): { typeUrl: string; value: Uint8Array } {
  const value = AuthUpdate.encode({ authority: from, params }).finish();
  return { typeUrl: "/cosmos.auth.v1beta1.MsgUpdateParams", value };
}

function consensusUpdate(fields: Partial<ConsensusUpdate> = {}): {
  typeUrl: string;
  value: Uint8Array;
} {
  const message = ConsensusUpdate.fromPartial({
    authority,
    block: { maxBytes: 1_000_000n, maxGas: 300_000n },
    evidence: {
      maxAgeNumBlocks: 10n,
      maxAgeDuration: { seconds: 60n, nanos: 0 },
      maxBytes: 1000n,
    },
    validator: { pubKeyTypes: ["ed25519"] },
    ...fields,
  });
  const value = ConsensusUpdate.encode(message).finish();
  return { typeUrl: "/cosmos.consensus.v1.MsgUpdateParams", value };
}

function decide(chain: Chain, inner: { typeUrl: string; value: Uint8Array }): Uint8Array {
  return chain.tx({ messages: [governed(alice, inner)], signers: [alice] });
}

describe("auth's parameters", () => {
  it("change for the blocks after the one that changed them", () => {
    const chain = new Chain({ modules });
    const long = chain.send({ from: bob, to: alice, memo: "long" });
    const results = chain.block(decide(chain, authUpdate(authority)), long);
    assert.deepEqual(
      results.map(({ code, log }) => [code, log]),
      [
        [0, ""],
        [0, ""],
      ],
    );
    assert.equal(chain.check(chain.send({ from: bob, sequence: 1n, memo: "long" })).code, 12);
    assert.equal(chain.check(chain.send({ from: bob, sequence: 1n, memo: "ok" })).code, 0);
  });

  it("stay what they are for anybody else, by code 13 of gov", () => {
    const chain = new Chain({ modules });
    const messages = [authUpdate(alice.address)];
    const [result] = chain.block(chain.tx({ messages, signers: [alice] }));
    assert.deepEqual([result?.code, result?.codespace], [13, "gov"]);
    assert.equal(
      result?.log,
      "failed to execute message; message index: 0: invalid authority; expected " +
        `${authority}, got ${alice.address}: expected gov account as only signer for ` +
        "proposal message",
    );
  });

  it("are refused where they would let one transaction hold a block, or cost nothing", () => {
    for (const params of [
      { ...authParams, txSigLimit: 2n ** 40n },
      { ...authParams, txSizeCostPerByte: 0n },
    ]) {
      const chain = new Chain({ modules });
      const [result] = chain.block(decide(chain, authUpdate(authority, params)));
      assert.equal(result?.code, 18);
    }
  });
});

describe("consensus parameters", () => {
  it("go to the engine with the block that changed them, and hold from the next one on", () => {
    const chain = new Chain({ modules });
    const { consensusParamUpdates, txResults } = chain.finalize([decide(chain, consensusUpdate())]);
    assert.equal(txResults[0]?.code, 0, txResults[0]?.log);
    assert.deepEqual(consensusParamUpdates?.block, { maxBytes: 1_000_000n, maxGas: 300_000n });
    assert.equal(consensusParamUpdates.evidence.maxAgeDuration, 60n * 10n ** 9n);
    assert.deepEqual(consensusParamUpdates.version, consensusParamsDefault.version);
    chain.commit();
    assert.equal(chain.finalize([]).consensusParamUpdates, undefined);
    chain.commit();
    assert.equal(chain.check(chain.send({ from: bob, gas: 300_001n })).code, 41);
    const { params } = QueryParamsResponse.decode(chain.value("/cosmos.consensus.v1.Query/Params"));
    assert.equal(params?.block?.maxGas, 300_000n);
  });

  it("are refused by the rules of the engine, and where they would start extensions at once", () => {
    const cases: readonly (readonly [Partial<ConsensusUpdate>, RegExp])[] = [
      [{ block: { maxBytes: 0n, maxGas: -1n } }, /block\.max_bytes/],
      [{ validator: { pubKeyTypes: ["odd"] } }, /validator\.pub_key_types/],
      [{ abci: { voteExtensionsEnableHeight: 1n } }, /abci\.vote_extensions_enable_height/],
    ];
    for (const [fields, log] of cases) {
      const chain = new Chain({ modules });
      const [result] = chain.block(decide(chain, consensusUpdate(fields)));
      assert.equal(result?.code, 18);
      assert.match(result.log, log);
    }
  });

  it("have to be named all", () => {
    const chain = new Chain();
    const value = ConsensusUpdate.encode(
      ConsensusUpdate.fromPartial({
        authority: alice.address,
        block: { maxBytes: 1n, maxGas: 1n },
      }),
    ).finish();
    const messages = [{ typeUrl: "/cosmos.consensus.v1.MsgUpdateParams", value }];
    const { code, log } = chain.check(chain.tx({ messages, signers: [alice] }));
    assert.deepEqual([code, log], [18, "all parameters must be present: invalid request"]);
  });
});
