import assert from "node:assert/strict";
import { base64FromBytes } from "@pyralog/chain/base";
import { bankQueryWires } from "@pyralog/chain/codec";
import { checkAcknowledged, checkMoney, supplyAtGenesis } from "@pyralog/testnet/scenarios";
import { ClientError, type Rpc } from "@pyralog/wallet-cli/client";
import { describe, it } from "mocha";
import { aGenesis } from "./a-genesis.ts";
import { anRpc } from "./a-rpc.ts";

const denom = "apyr";
const gas = { gas_wanted: "1", gas_used: "1", events: [] };

function aBank(supply: string, owned: readonly string[]): Rpc {
  const answers: Readonly<Record<string, Uint8Array>> = {
    SupplyOf: bankQueryWires.SupplyOf.response.encode({ amount: { denom, amount: supply } }),
    DenomOwners: bankQueryWires.DenomOwners.response.encode({
      denomOwners: owned.map((amount, index) => ({
        address: String(index),
        balance: { denom, amount },
      })),
      pagination: undefined,
    }),
  };
  return anRpc({
    abci_query: ({ path }) => {
      const method = String(path).split("/").at(-1) ?? "";
      const value = base64FromBytes(answers[method] ?? assert.fail(method));
      return { response: { code: 0, value } };
    },
  });
}

describe("the money of a network", () => {
  const supply = supplyAtGenesis(aGenesis([]), denom);

  it("is what genesis gave out", async () => {
    assert.equal(supply, 100n);
    assert.equal(supplyAtGenesis(aGenesis([]), "other"), 0n);
    await checkMoney({ name: "a", rpc: aBank("100", ["60", "40"]) }, { denom, supply });
  });

  it("does not pass where the bank says otherwise, or people have otherwise (SUPPLY)", async () => {
    for (const rpc of [aBank("99", ["60", "40"]), aBank("100", ["60", "41"])]) {
      await assert.rejects(checkMoney({ name: "a", rpc }, { denom, supply }), { code: "SUPPLY" });
    }
  });
});

describe("a transaction for which a height was answered", () => {
  const hash = "AB".repeat(32);
  const acknowledged = [{ hash, height: 7n, code: 0 }];

  const aNode = (height: string, code = 0): { readonly name: string; readonly rpc: Rpc } => ({
    name: "a",
    rpc: anRpc({
      tx: () => ({ hash, height, index: 0, tx: "", tx_result: { code, ...gas } }),
    }),
  });

  it("passes where it is, as it was", async () => {
    await checkAcknowledged(aNode("7"), acknowledged);
  });

  it("does not pass anywhere else, or otherwise, or nowhere (TX_LOST)", async () => {
    const forgetful = anRpc({
      tx: () => {
        throw new ClientError({ code: "RPC_REFUSED", message: `tx (${hash}) not found` });
      },
    });
    for (const node of [aNode("8"), aNode("7", 5), { name: "a", rpc: forgetful }]) {
      await assert.rejects(checkAcknowledged(node, acknowledged), { code: "TX_LOST" });
    }
  });
});
