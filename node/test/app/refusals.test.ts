import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import {
  alice,
  bob,
  Chain,
  chainId,
  coins,
  denom,
  funds,
  sendMessage,
  stranger,
} from "./a-chain.ts";

const fee = 200_000n * 10n ** 9n;

interface Told {
  readonly code: number;
  readonly codespace: string;
  readonly log: string;
}

const told = ({ code, codespace, log }: Told): Told => ({ code, codespace, log });

function refusal(code: number, log: string): Told {
  return { code, codespace: "sdk", log };
}

describe("a transaction that is refused", () => {
  const cases: readonly (readonly [string, (chain: Chain) => Uint8Array, Told])[] = [
    [
      "with another sequence",
      (chain) => chain.send({ sequence: 4n }),
      refusal(32, "account sequence mismatch, expected 0, got 4: incorrect account sequence"),
    ],
    [
      "signed for another chain",
      (chain) => chain.send({ signChainId: "other-1" }),
      refusal(
        4,
        "signature verification failed; please verify account number (0) and chain-id " +
          `(${chainId}): (unable to verify single signer signature): unauthorized`,
      ),
    ],
    [
      "in amino JSON, but signed otherwise",
      (chain) => chain.send({ mode: 127 }),
      refusal(
        4,
        "signature verification failed; please verify account number (0), sequence (0) and " +
          `chain-id (${chainId}): unauthorized`,
      ),
    ],
    [
      "in a mode that nobody implements",
      (chain) => chain.send({ mode: 2 }),
      refusal(4, "unsupported sign mode 2: unauthorized"),
    ],
    [
      "from an account that is not there",
      (chain) => chain.send({ from: stranger }),
      refusal(9, `fee payer address: ${stranger.address} does not exist: unknown address`),
    ],
    [
      "with a fee below the chain's price",
      (chain) => chain.send({ fee: coins(fee - 1n) }),
      refusal(13, `insufficient fees; got: ${fee - 1n}apyr required: ${fee}apyr: insufficient fee`),
    ],
    [
      "with a fee in another coin",
      (chain) => chain.send({ fee: coins(fee, "uatom") }),
      refusal(13, `insufficient fees; got: ${fee}uatom required: ${fee}apyr: insufficient fee`),
    ],
    [
      "with a fee that the payer does not have",
      (chain) => chain.send({ fee: coins(funds + 1n) }),
      refusal(
        5,
        `spendable balance ${funds}apyr is smaller than ${funds + 1n}apyr: ` +
          "insufficient funds: insufficient funds",
      ),
    ],
    [
      "with a fee that is no amount",
      (chain) => chain.send({ fee: coins("-5") }),
      refusal(13, "invalid fee provided: -5apyr: invalid coins: insufficient fee"),
    ],
    [
      "without gas",
      (chain) => chain.send({ gas: 0n, fee: coins(fee), memo: "none" }),
      refusal(11, "out of gas in location: txSize; gasWanted: 0, gasUsed: 3180: out of gas"),
    ],
    [
      "with more gas than one transaction may take",
      (chain) => chain.send({ gas: 50_000_001n }),
      refusal(41, "tx gas limit 50000001 exceeds block max gas 50000000: invalid gas limit"),
    ],
    [
      "with more gas than numbers have",
      (chain) => chain.send({ gas: 2n ** 63n, fee: coins(fee) }),
      refusal(
        18,
        "invalid gas supplied; 9223372036854775808 > 9223372036854775807: invalid request",
      ),
    ],
    [
      "with a memo of more than 256 characters",
      (chain) => chain.send({ memo: "m".repeat(257) }),
      refusal(
        12,
        "maximum number of characters is 256 but received 257 characters: memo too large",
      ),
    ],
    [
      "with a fee that somebody else should grant",
      (chain) => chain.send({ granter: bob.address }),
      refusal(18, "fee grants are not enabled: invalid request"),
    ],
    [
      "to an address of another chain",
      (chain) => chain.send({ to: "cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6" }),
      refusal(
        7,
        "invalid to address: invalid Bech32 prefix; expected pyr, got cosmos: invalid address",
      ),
    ],
    ["of nothing", (chain) => chain.send({ amount: [] }), refusal(10, ": invalid coins")],
    [
      "of a negative amount",
      (chain) => chain.send({ amount: coins("-1") }),
      refusal(10, "-1apyr: invalid coins"),
    ],
    [
      "of more than 2^256 − 1",
      (chain) => chain.send({ amount: coins(2n ** 256n) }),
      refusal(10, `${2n ** 256n}apyr: invalid coins`),
    ],
    [
      "of coins that are not sorted",
      (chain) => chain.send({ amount: [...coins(1n, "bbb"), ...coins(1n, "aaa")] }),
      refusal(10, "1bbb,1aaa: invalid coins"),
    ],
    [
      "without a message",
      (chain) => chain.tx({ messages: [], signers: [alice] }),
      refusal(18, "must contain at least one message: invalid request"),
    ],
    [
      "of a type that nobody knows",
      (chain) =>
        chain.tx({
          messages: [{ typeUrl: "/cosmos.evil.Msg", value: new Uint8Array(0) }],
          signers: [alice],
        }),
      refusal(2, "unable to resolve type URL /cosmos.evil.Msg: tx parse error"),
    ],
    [
      "with a signature too many",
      (chain) => chain.tx({ messages: [sendMessage(alice, { to: bob })], signers: [alice, bob] }),
      refusal(4, "wrong number of signers; expected 1, got 2: unauthorized"),
    ],
    [
      "signed with another's key",
      (chain) => chain.tx({ messages: [sendMessage(alice, { to: bob })], signers: [bob] }),
      refusal(
        8,
        `pubKey does not match signer address ${alice.address} with signer index: 0: ` +
          "invalid pubkey",
      ),
    ],
    [
      "with a key that neither it nor the chain names",
      (chain) => chain.send({ withoutKeys: true }),
      refusal(8, "pubkey on account is not set: invalid pubkey"),
    ],
  ];
  for (const [what, make, expected] of cases) {
    it(`${what} gets code ${expected.code} from the pool and in a block, and costs nothing`, () => {
      const chain = new Chain();
      const tx = make(chain);
      assert.deepEqual(told(chain.check(tx)), expected);
      const [result] = chain.block(tx);
      assert.deepEqual(result === undefined ? result : told(result), expected);
      assert.equal(chain.balance(alice), funds);
      assert.equal(chain.account(alice).sequence, 0n);
    });
  }

  it("after its last height gets code 30", () => {
    const chain = new Chain();
    chain.block();
    chain.block();
    const tx = chain.send({ timeoutHeight: 2n });
    const log = "block height: 3, timeout height: 2: tx timeout height";
    assert.deepEqual(told(chain.check(tx)), refusal(30, log));
    assert.equal(chain.check(chain.send({ timeoutHeight: 3n })).code, 0);
  });

  it("below this node's own price gets code 13 from the pool, and may stand in a block", () => {
    const chain = new Chain({ node: { gasPrices: [{ denom, atto: 2n * 10n ** 27n }] } });
    const tx = chain.send();
    const log = `insufficient fees; got: ${fee}apyr required: ${2n * fee}apyr: insufficient fee`;
    assert.deepEqual(told(chain.check(tx)), refusal(13, log));
    assert.equal(chain.block(tx)[0]?.code, 0);
  });

  it("without any signature gets code 15", () => {
    const chain = new Chain();
    const { bodyBytes, authInfoBytes } = TxRaw.decode(chain.send());
    const tx = TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [] }).finish();
    assert.deepEqual(told(chain.check(tx)), refusal(15, "no signatures supplied"));
  });

  it("with a high s gets code 4", () => {
    const chain = new Chain();
    const tx = chain.send();
    const { bodyBytes, authInfoBytes, signatures } = TxRaw.decode(tx);
    const high = withHighS(signatures[0] ?? new Uint8Array(64));
    const forged = TxRaw.encode({ bodyBytes, authInfoBytes, signatures: [high] }).finish();
    assert.equal(chain.check(forged).code, 4);
    assert.equal(chain.check(tx).code, 0);
  });

  it("that is larger than a block may carry gets code 21", () => {
    const chain = new Chain();
    const { code, log } = chain.check(chain.send({ memo: "m".repeat(1_048_577) }));
    assert.equal(code, 21);
    assert.match(log, /tx too large$/);
  });
});

/** The other signature of the same message: n − s. */
function withHighS(signature: Uint8Array): Uint8Array {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString("hex")}`);
  const high = Buffer.from((order - s).toString(16).padStart(64, "0"), "hex");
  return Uint8Array.from([...signature.subarray(0, 32), ...high]);
}
