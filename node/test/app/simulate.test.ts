import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { SimulateRequest, SimulateResponse } from "cosmjs-types/cosmos/tx/v1beta1/service";
import { AuthInfo, Fee, Tx, TxBody } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import type { QueryResponse } from "@pyralog/chain/abci";
import { consensusParamsDefault } from "@pyralog/chain/types";
import {
  bob,
  carol,
  alice,
  Chain,
  coins,
  funds,
  keyAnyOf,
  sendMessage,
  stranger,
  type Person,
} from "./a-chain.ts";

interface Simulated {
  readonly from?: Person;
  readonly sequence?: bigint;
  readonly messages?: readonly ReturnType<typeof sendMessage>[];
}

/** As CosmJS asks: no mode, no fee, one empty signature. */
function request({ from = alice, sequence = 0n, messages }: Simulated = {}): Uint8Array {
  const tx = Tx.fromPartial({
    authInfo: AuthInfo.fromPartial({
      fee: Fee.fromPartial({}),
      signerInfos: [{ publicKey: keyAnyOf(from), sequence, modeInfo: { single: { mode: 0 } } }],
    }),
    body: TxBody.fromPartial({ messages: [...(messages ?? [sendMessage(from, { to: bob })])] }),
    signatures: [new Uint8Array(0)],
  });
  return SimulateRequest.encode({ txBytes: Tx.encode(tx).finish() }).finish();
}

function simulate(chain: Chain, asked: Simulated = {}): QueryResponse {
  return chain.query("/cosmos.tx.v1beta1.Service/Simulate", { data: request(asked) });
}

describe("Simulate", () => {
  it("needs neither signature nor fee, and changes nothing", () => {
    const chain = new Chain();
    chain.block();
    const { code, value, log } = simulate(chain);
    assert.equal(code, 0, log);
    const { gasInfo, result } = SimulateResponse.decode(value);
    assert.equal(gasInfo?.gasWanted, 2n ** 64n - 1n);
    assert.equal(result?.msgResponses[0]?.typeUrl, "/cosmos.bank.v1beta1.MsgSendResponse");
    assert.ok(result.events.some(({ type }) => type === "transfer"));
    assert.equal(chain.balance(alice), funds);
  });

  it("ends where no transaction could go on", () => {
    const block = { ...consensusParamsDefault.block, maxGas: 450_000n };
    const chain = new Chain({ consensusParams: { ...consensusParamsDefault, block } });
    chain.block();
    const messages = Array.from({ length: 100 }, () => sendMessage(alice, { to: bob }));
    const { code, log } = simulate(chain, { messages });
    assert.notEqual(code, 0);
    assert.match(log, /out of gas/);
  });

  for (const [what, to] of [
    ["known", bob],
    ["new", stranger],
  ] as const) {
    it(`asks for gas that is enough, times CosmJS' 1.4, for a payment to a ${what} account`, () => {
      const chain = new Chain();
      chain.block();
      const { value } = simulate(chain, { messages: [sendMessage(alice, { to })] });
      const { gasInfo } = SimulateResponse.decode(value);
      const gas = ((gasInfo?.gasUsed ?? 0n) * 14n) / 10n;
      const [result] = chain.block(chain.send({ to, gas }));
      assert.equal(result?.code, 0, result?.log);
    });
  }

  it("takes Ethereum keys, before the chain knows them", () => {
    const chain = new Chain();
    chain.block();
    assert.equal(simulate(chain, { from: carol }).code, 0);
  });

  it("tells why the transaction would fail, and how much gas it had used", () => {
    const chain = new Chain();
    chain.block();
    const messages = [sendMessage(alice, { to: bob, amount: coins(funds + 1n) })];
    const { code, log, codespace } = simulate(chain, { messages });
    assert.deepEqual([code, codespace], [6, "sdk"]);
    const text =
      "^rpc error: code = Unknown desc = failed to execute message; message index: 0: " +
      `spendable balance ${funds}apyr is smaller than ${funds + 1n}apyr: insufficient funds ` +
      "with gas used: '\\d+': unknown request$";
    assert.match(log, new RegExp(text));
  });

  it("checks the sequence", () => {
    const chain = new Chain();
    chain.block();
    const { code, log } = simulate(chain, { sequence: 3n });
    assert.equal(code, 6);
    assert.match(log, /account sequence mismatch, expected 0, got 3: incorrect account sequence/);
  });

  it("refuses an empty request and one that does not decode", () => {
    const chain = new Chain();
    chain.block();
    const path = "/cosmos.tx.v1beta1.Service/Simulate";
    const empty = chain.query(path);
    assert.equal(empty.code, 18);
    assert.match(empty.log, /empty txBytes is not allowed/);
    const data = SimulateRequest.encode({ txBytes: Uint8Array.of(1, 2) }).finish();
    assert.equal(chain.query(path, { data }).code, 6);
  });
});
