import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { genesisAppState } from "@pyralog/node/app";
import { Chain, coins, genesisParts } from "./a-chain.ts";

describe("gas of a block", () => {
  const { block, ...others } = new Chain().initRequest().consensusParams;
  const consensusParams = { ...others, block: { ...block, maxGas: 450_000n } };

  it("bounds what one transaction may ask for", () => {
    const chain = new Chain({ consensusParams });
    const { code, log } = chain.check(chain.send({ gas: 450_001n }));
    assert.equal(code, 41);
    assert.equal(log, "tx gas limit 450001 exceeds block max gas 450000: invalid gas limit");
  });

  it("bounds what a proposal holds, by what is asked for", () => {
    const chain = new Chain({ consensusParams });
    const txs = [0n, 1n, 2n].map((sequence) => chain.send({ sequence }));
    assert.equal(chain.prepare(txs).txs.length, 2);
    assert.equal(chain.process(txs), false);
  });

  it("ends a block by what is used", () => {
    const chain = new Chain({ consensusParams });
    const txs = Array.from({ length: 20 }, (_, index) => chain.send({ sequence: BigInt(index) }));
    const results = chain.block(...txs);
    const last = results.at(-1);
    assert.equal(last?.code, 11);
    assert.equal(last.log, "no block gas left to run tx: out of gas");
  });
});

describe("a chain without a price", () => {
  it("takes transactions without a fee", () => {
    const chain = new Chain({ appState: genesisAppState(genesisParts({ gasPriceMin: 0n })) });
    assert.equal(chain.check(chain.send({ fee: [] })).code, 0);
    assert.equal(chain.check(chain.send({ sequence: 1n, fee: coins(0n) })).code, 0);
  });
});
