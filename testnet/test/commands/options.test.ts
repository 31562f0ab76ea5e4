import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { NetworkError } from "@pyralog/testnet/processes";
import { startOptionsFrom } from "../../src/commands/options.ts";

const usual = { nodes: "1", basePort: "26656", home: "/h" };

describe("the options of npm start", () => {
  it("leave the number of clusters to the network that is there", () => {
    assert.equal(startOptionsFrom(usual).clusters, undefined);
    assert.equal(startOptionsFrom({ ...usual, clusters: "16" }).clusters, 16);
  });

  it("OPTION_INVALID: names the option, its value and what can be", () => {
    for (const [odd, text] of [
      [{ clusters: "0" }, "--clusters 0"],
      [{ clusters: "17" }, "--clusters 17"],
      [{ clusters: "1.5" }, "--clusters 1.5"],
      [{ clusters: "" }, "--clusters "],
      [{ nodes: "2" }, "--nodes 2"],
      [{ nodes: "3" }, "--nodes 3: clusters of several machines do not exist yet"],
      [{ basePort: "80" }, "--base-port 80"],
      [{ basePort: "65535" }, "--base-port 65535"],
    ] as const) {
      assert.throws(
        () => startOptionsFrom({ ...usual, ...odd }),
        (error: unknown) =>
          error instanceof NetworkError &&
          error.code === "OPTION_INVALID" &&
          error.message.startsWith(text),
        JSON.stringify(odd),
      );
    }
  });
});
