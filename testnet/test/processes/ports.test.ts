import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { findPorts } from "../../src/processes/ports.ts";

describe("findPorts", () => {
  it("PORTS_TAKEN: where no block fits below the highest port", async () => {
    await assert.rejects(findPorts({ clusters: 16, basePort: 65_500 }), {
      code: "PORTS_TAKEN",
      message: /--base-port/,
    });
  });
});
