/** bank's messages, run by the composed application. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  MsgMultiSend,
  MsgSetSendEnabled,
  MsgUpdateParams,
} from "cosmjs-types/cosmos/bank/v1beta1/tx";
import { msgBurnWire } from "@pyralog/chain/codec";
import { bytesFromText, hexFromBytes } from "@pyralog/chain/base";
import { bech32FromBytes } from "@pyralog/chain/crypto";
import { moduleAddress } from "@pyralog/chain/execution";
import type { TxResult } from "@pyralog/chain/types";
import {
  alice,
  bob,
  carol,
  Chain,
  coins,
  funds,
  stranger,
  type Person,
} from "../../../node/test/app/a-chain.ts";
import { authority, governed, government } from "../../../node/test/app/a-government.ts";

type AnyMessage = { readonly typeUrl: string; readonly value: Uint8Array };
type Side = { readonly of: Person | string; readonly amount: ReturnType<typeof coins> };

function multiSend(inputs: readonly Side[], outputs: readonly Side[]): AnyMessage {
  const side = ({ of, amount }: Side) => ({
    address: typeof of === "string" ? of : of.address,
    coins: amount,
  });
  const value = MsgMultiSend.encode({
    inputs: inputs.map(side),
    outputs: outputs.map(side),
  }).finish();
  return { typeUrl: "/cosmos.bank.v1beta1.MsgMultiSend", value };
}

function burn(from: Person, amount = coins(9n)): AnyMessage {
  const value = msgBurnWire.encode({ fromAddress: from.address, amount });
  return { typeUrl: "/cosmos.bank.v1beta1.MsgBurn", value };
}

function setSendEnabled(fields: Partial<MsgSetSendEnabled>): AnyMessage {
  const message = MsgSetSendEnabled.fromPartial({ authority, ...fields });
  const value = MsgSetSendEnabled.encode(message).finish();
  return { typeUrl: "/cosmos.bank.v1beta1.MsgSetSendEnabled", value };
}

function updateParams(defaultSendEnabled: boolean, from = authority): AnyMessage {
  const params = { sendEnabled: [], defaultSendEnabled };
  const value = MsgUpdateParams.encode({ authority: from, params }).finish();
  return { typeUrl: "/cosmos.bank.v1beta1.MsgUpdateParams", value };
}

function run(chain: Chain, ...messages: readonly AnyMessage[]): TxResult {
  const sequence = chain.height === 0n ? 0n : chain.account(alice).sequence;
  const tx = chain.tx({ messages, signers: [alice], sequences: [sequence] });
  const [result] = chain.block(tx);
  assert.ok(result !== undefined);
  return result;
}

function supply(chain: Chain): bigint {
  const data = Uint8Array.from([0, ...bytesFromText("apyr")]);
  return BigInt(`0x${hexFromBytes(chain.query("/store/bank/key", { data }).value)}`);
}

describe("MsgMultiSend", () => {
  it("pays many from one, and tells of each", () => {
    const chain = new Chain();
    const outputs = [
      { of: bob, amount: coins(3n) },
      { of: stranger, amount: coins(4n) },
    ];
    const result = run(chain, multiSend([{ of: alice, amount: coins(7n) }], outputs));
    assert.equal(result.code, 0, result.log);
    assert.deepEqual([chain.balance(bob), chain.balance(stranger)], [funds + 3n, 4n]);
    const transfers = result.events.filter(
      ({ type, attributes }) =>
        type === "transfer" && attributes.some(({ key }) => key === "msg_index"),
    );
    assert.equal(transfers.length, 2);
  });

  const input = { of: alice, amount: coins(7n) };
  const output = { of: bob, amount: coins(7n) };
  const collector = bech32FromBytes({ prefix: "pyr", bytes: moduleAddress("fee_collector") });
  const cases: readonly (readonly [string, AnyMessage, number, string, RegExp])[] = [
    ["no payer", multiSend([], [output]), 2, "bank", /^no inputs to send transaction$/],
    ["no payee", multiSend([input], []), 3, "bank", /^no outputs to send transaction$/],
    [
      "sums that differ",
      multiSend([input], [{ ...output, amount: coins(6n) }]),
      4,
      "bank",
      /^sum inputs != sum outputs$/,
    ],
    [
      "two payers",
      multiSend([input, { ...input, of: bob }], [{ ...output, amount: coins(14n) }]),
      9,
      "bank",
      /^multiple senders not allowed$/,
    ],
    ["a module as payee", multiSend([input], [{ ...output, of: collector }]), 4, "sdk", /receive/],
    [
      "no address",
      multiSend([{ ...input, of: "x" }], [output]),
      7,
      "sdk",
      /^invalid input address/,
    ],
    ["a sum above 2^256 − 1", tooMuch(), 10, "sdk", /invalid coins$/],
    [
      "more payees than can be read in time",
      multiSend(
        [input],
        Array.from({ length: 1001 }, () => output),
      ),
      18,
      "sdk",
      /^1001 outputs, at most 1000: invalid request$/,
    ],
    [
      "more entries of lists than may be read",
      multiSend(
        [input],
        Array.from({ length: 100 }, () => ({ of: bob, amount: manyCoins(256) })),
      ),
      2,
      "sdk",
      /^ITEMS_TOO_MANY .*tx parse error$/,
    ],
    [
      "more coins than anybody needs",
      multiSend([{ of: alice, amount: manyCoins(257) }], [output]),
      10,
      "sdk",
      /^257 coins, at most 256: invalid coins$/,
    ],
  ];
  for (const [what, message, code, codespace, log] of cases) {
    it(`is refused with code ${code} of ${codespace} for ${what}`, () => {
      const chain = new Chain();
      const result = run(chain, message);
      assert.deepEqual([result.code, result.codespace], [code, codespace], result.log);
      assert.match(result.log, log);
      assert.equal(chain.balance(bob), funds);
    });
  }

  it("takes nothing where the payer has too little for all", () => {
    const chain = new Chain();
    const whole = coins(funds);
    const result = run(
      chain,
      multiSend([{ of: alice, amount: whole }], [{ of: bob, amount: whole }]),
    );
    assert.equal(result.code, 5);
    assert.equal(chain.balance(bob), funds);
  });
});

function manyCoins(count: number): ReturnType<typeof coins> {
  return Array.from({ length: count }, (_, index) => ({
    denom: `coin${String(index).padStart(4, "0")}`,
    amount: "1",
  }));
}

/** Each output is an amount; their sum is none. */
function tooMuch(): AnyMessage {
  const half = coins(2n ** 255n);
  const outputs = [
    { of: bob, amount: half },
    { of: carol, amount: half },
  ];
  return multiSend([{ of: alice, amount: half }], outputs);
}

describe("MsgBurn", () => {
  it("takes coins out of the world", () => {
    const chain = new Chain();
    chain.block();
    const before = supply(chain);
    const held = chain.balance(alice);
    const result = run(chain, burn(alice));
    assert.equal(result.code, 0, result.log);
    assert.equal(supply(chain), before - 9n);
    assert.ok(chain.balance(alice) < held - 9n);
    assert.ok(result.events.some(({ type }) => type === "burn"));
  });

  it("of more than one has is refused with code 5", () => {
    assert.equal(run(new Chain(), burn(alice, coins(funds))).code, 5);
  });

  it("of nothing is refused with code 10", () => {
    assert.equal(run(new Chain(), burn(alice, [])).code, 10);
  });
});

describe("what may be sent", () => {
  const modules = [government];
  const disabled = "apyr transfers are currently disabled: send transactions are disabled";

  it("is switched for one denomination, and follows the default again", () => {
    const chain = new Chain({ modules });
    const off = setSendEnabled({ sendEnabled: [{ denom: "apyr", enabled: false }] });
    assert.equal(run(chain, governed(alice, off)).code, 0);
    const [refused] = chain.block(chain.send({ sequence: 1n }));
    assert.deepEqual([refused?.code, refused?.codespace], [5, "bank"]);
    assert.equal(refused?.log, `failed to execute message; message index: 0: ${disabled}`);
    const amount = coins(1n);
    const many = multiSend([{ of: alice, amount }], [{ of: bob, amount }]);
    assert.equal(run(chain, many).codespace, "bank");
    assert.equal(run(chain, governed(alice, setSendEnabled({ useDefaultFor: ["apyr"] }))).code, 0);
    assert.equal(chain.block(chain.send({ sequence: 4n }))[0]?.code, 0);
  });

  it("is switched for all, but for those that are named", () => {
    const chain = new Chain({ modules });
    assert.equal(run(chain, governed(alice, updateParams(false))).code, 0);
    assert.equal(chain.block(chain.send({ sequence: 1n }))[0]?.codespace, "bank");
    const on = setSendEnabled({ sendEnabled: [{ denom: "apyr", enabled: true }] });
    assert.equal(run(chain, governed(alice, on)).code, 0);
    assert.equal(chain.block(chain.send({ sequence: 3n }))[0]?.code, 0);
  });

  it("is nobody's to switch but governance's", () => {
    for (const message of [
      updateParams(false, alice.address),
      setSendEnabled({ authority: alice.address, useDefaultFor: ["apyr"] }),
    ]) {
      const { code, codespace } = run(new Chain(), message);
      assert.deepEqual([code, codespace], [13, "gov"]);
    }
  });

  it("is refused with code 18 where it names one twice, an odd one, or the old list", () => {
    const chain = new Chain();
    const entry = { denom: "apyr", enabled: true };
    const params = { sendEnabled: [entry], defaultSendEnabled: true };
    const old = MsgUpdateParams.encode({ authority: alice.address, params }).finish();
    const cases: readonly (readonly [AnyMessage, RegExp])[] = [
      [setSendEnabled({ sendEnabled: [entry, entry] }), /duplicate denom entries found for "apyr"/],
      [setSendEnabled({ useDefaultFor: ["?"] }), /invalid denom: \?/],
      [
        { typeUrl: "/cosmos.bank.v1beta1.MsgUpdateParams", value: old },
        /use of send_enabled in params is no longer supported/,
      ],
    ];
    for (const [message, log] of cases) {
      const checked = chain.check(chain.tx({ messages: [message], signers: [alice] }));
      assert.equal(checked.code, 18);
      assert.match(checked.log, log);
    }
  });
});
