/** SIGN_MODE_DIRECT by the published vectors of CosmJS. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { bytesFromHex, defined, hexFromBytes } from "@pyralog/chain/base";
import { authInfoWire, txRawWire } from "@pyralog/chain/codec";
import { bech32FromBytes, createNativeCrypto } from "@pyralog/chain/crypto";
import { accountKeyFromAny, addressOfKey, directSignBytes } from "@pyralog/chain/execution";
import { JsonNode } from "@pyralog/chain/types";

const path = new URL(
  "../../../testnet/vectors/cosmos-client/proto_signing_testvectors.json",
  import.meta.url,
);
const vectors = new JsonNode(JSON.parse(readFileSync(path, "utf8")));
const crypto = createNativeCrypto();

describe("directSignBytes", () => {
  for (const [index, vector] of vectors.get("cases").list().entries()) {
    const [inputs, outputs] = [vector.get("inputs"), vector.get("outputs")];
    const accountNumber = BigInt(String(inputs.get("accountNumber").value));
    const facts = { chainId: "simd-testing", accountNumber, sequence: 0n };
    const raw = txRawWire.decode(bytesFromHex(outputs.get("signedTxBytes").text()), {
      strict: true,
      unknown: "reject",
    });

    it(`gives the bytes of vector ${index}`, () => {
      assert.equal(hexFromBytes(directSignBytes(raw, facts)), outputs.get("signBytes").text());
      assert.equal(hexFromBytes(raw.bodyBytes), inputs.get("bodyBytes").text());
    });

    it(`finds the key of vector ${index}, which made the signature`, () => {
      const any = authInfoWire.decode(raw.authInfoBytes).signerInfos[0]?.publicKey;
      const key = accountKeyFromAny(defined(any, "the vector names a key"));
      assert.ok(key.kind === "secp256k1");
      const bytes = addressOfKey(key, crypto);
      const address = vectors.get("faucet").get("address").text();
      assert.equal(bech32FromBytes({ prefix: "cosmos", bytes }), address);
      const signature = bytesFromHex(outputs.get("signature").text());
      const message = directSignBytes(raw, facts);
      assert.ok(crypto.verifySecp256k1({ publicKey: key.bytes, message, signature }));
      assert.deepEqual(raw.signatures, [signature]);
    });
  }
});
