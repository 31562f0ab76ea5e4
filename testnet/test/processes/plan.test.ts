import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { metricsUrl, planNodes, portsOf, portsOfBlock, rpcUrl } from "../../src/processes/plan.ts";

describe("planNodes", () => {
  it("gives node k the ports base + 10·k, as INTERFACES fixes them", () => {
    const plans = planNodes({ home: "/h", clusters: 3, basePort: 26_656 });
    assert.deepEqual(
      plans.map(({ name, home, p2pPort }) => ({ name, home, p2pPort })),
      [
        { name: "c0n0", home: "/h/c0n0", p2pPort: 26_656 },
        { name: "c1n0", home: "/h/c1n0", p2pPort: 26_666 },
        { name: "c2n0", home: "/h/c2n0", p2pPort: 26_676 },
      ],
    );
    const [first] = plans;
    assert.ok(first !== undefined);
    assert.equal(rpcUrl(first), "http://127.0.0.1:26657");
    assert.equal(metricsUrl(first), "http://127.0.0.1:26660/metrics");
  });

  it("gives no port twice, not even to the next block", () => {
    const clusters = 16;
    const ports = [26_656, 26_656 + portsOfBlock(clusters)].flatMap((basePort) =>
      planNodes({ home: "", clusters, basePort }).flatMap(portsOf),
    );
    assert.equal(new Set(ports).size, ports.length);
  });
});
