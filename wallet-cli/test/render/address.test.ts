import assert from "node:assert/strict";
import { describe, it } from "mocha";
import fc from "fast-check";
import { getAddress } from "ethers";
import { hexFromBytes } from "@pyralog/chain/base";
import {
  addressFromText,
  bech32FromAddress,
  hexFromAddress,
  isAddressLike,
  RenderError,
} from "@pyralog/wallet-cli/render";

const addresses = fc.uint8Array({ minLength: 20, maxLength: 20 });

function isInvalid(error: unknown): boolean {
  return error instanceof RenderError && error.code === "ADDRESS_INVALID";
}

describe("addresses", () => {
  it("are the same bytes in both spellings, for any prefix", () => {
    fc.assert(
      fc.property(addresses, fc.constantFrom("pyr", "cosmos", "a1"), (address, prefix) => {
        for (const text of [bech32FromAddress(address, prefix), hexFromAddress(address)]) {
          assert.ok(isAddressLike(text));
          assert.deepEqual(addressFromText(text, prefix), address);
        }
      }),
    );
  });

  it("carry the capitals of EIP-55, as ethers writes them", () => {
    fc.assert(
      fc.property(addresses, (address) => {
        assert.equal(hexFromAddress(address), getAddress(`0x${hexFromBytes(address)}`));
      }),
    );
  });

  it("ADDRESS_INVALID: one wrong letter, wrong capitals, another prefix, other lengths", () => {
    const address = new Uint8Array(20).fill(0xab);
    const good = bech32FromAddress(address, "pyr");
    const last = good.endsWith("q") ? "p" : "q";
    for (const text of [
      good.slice(0, -1) + last,
      bech32FromAddress(address, "cosmos"),
      bech32FromAddress(new Uint8Array(32), "pyr"),
      hexFromAddress(address).replace(/[a-f]/, (letter) => letter.toUpperCase()),
      "0x",
      `0x${"0".repeat(39)}`,
      "pyr1",
      "",
    ]) {
      assert.throws(() => addressFromText(text, "pyr"), isInvalid, text);
    }
  });
});
