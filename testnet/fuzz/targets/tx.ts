/** Bytes of a transaction from anybody: the pool has a code for them, and so has a block. */
import { bytesFromText } from "@pyralog/chain/base";
import { alice, bob, carol, Chain, coins, sendMessage } from "../../../node/test/app/a-chain.ts";
import { members, multisigAddress, multisigned } from "../../../node/test/app/a-multisig.ts";
import type { Target } from "../target.ts";

const inputsPerChain = 1_000;
const inputsPerBlock = 16;
const internal = 1;

export function createTarget(): Target {
  let chain = new Chain();
  let inputs = 0;
  return {
    shape: "protobuf",
    prefixBytes: 0,
    seeds: seedsOf(chain),
    tokens: [alice.address, multisigAddress({ members }), "/cosmos.bank.v1beta1.MsgSend"].map(
      bytesFromText,
    ),
    run(input) {
      // What was accepted changes what comes after: a run can be repeated from here.
      if (inputs++ % inputsPerChain === 0) chain = new Chain();
      const { code, log } = chain.check(input);
      if (code === internal) throw new Error(`the pool met what it does not foresee: ${log}`);
      if (code !== 0 && log === "") throw new Error(`code ${code} says nothing`);
      if (code !== 0 && inputs % inputsPerBlock > 0) return;
      const { loud = [], txResults } = chain.finalize([input]);
      if (loud.length > 0) throw new Error(`a block met what nothing foresees: ${loud[0]?.error}`);
      if (txResults.length !== 1) throw new Error("a block has no result for its transaction");
    },
  };
}

function seedsOf(chain: Chain): readonly Uint8Array[] {
  const multiple = [sendMessage(alice, { to: bob }), sendMessage(bob, { to: carol })];
  return [
    chain.send(),
    chain.send({ from: carol, memo: "memo", timeoutHeight: 9n }),
    chain.send({ mode: 127 }),
    chain.send({ amount: [...coins(1n, "aaa"), ...coins(2n)], payer: alice.address }),
    chain.send({ bodyTail: [0x80, 0x7d, 0x01] }),
    chain.tx({ messages: multiple, signers: [alice, bob], sequences: [0n, 0n] }),
    multisigned({ members }, [alice, bob]),
  ];
}
