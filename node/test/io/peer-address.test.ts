import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { AddressError, listenAddressFrom, peerAddressFrom } from "#io";

const peer = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
const isMalformed = (error: unknown): boolean =>
  error instanceof AddressError && error.code === "ADDRESS_MALFORMED";

describe("addresses of peers", () => {
  const spellings = [
    [`${peer}@10.0.0.1:26656`, `/ip4/10.0.0.1/tcp/26656/p2p/${peer}`],
    [`${peer}@[::1]:26656`, `/ip6/::1/tcp/26656/p2p/${peer}`],
    [`${peer}@node.example.org:1`, `/dns/node.example.org/tcp/1/p2p/${peer}`],
    [`${peer}@localhost:26656`, `/ip4/127.0.0.1/tcp/26656/p2p/${peer}`],
    [`/ip4/10.0.0.1/tcp/26656/p2p/${peer}`, `/ip4/10.0.0.1/tcp/26656/p2p/${peer}`],
  ] as const;
  for (const [text, address] of spellings) {
    it(`reads ${text}`, () => {
      const read = peerAddressFrom(text);
      assert.equal(read.peer, peer);
      assert.equal(read.address.toString(), address);
    });
  }

  const odd = [
    "",
    "10.0.0.1:26656",
    `${peer}@10.0.0.1`,
    `${peer}@10.0.0.1:65536`,
    `${peer}@:1`,
    "nobody@10.0.0.1:26656",
    "/ip4/10.0.0.1/tcp/26656",
    `/ip4/10.0.0/tcp/26656/p2p/${peer}`,
  ];
  for (const text of odd) {
    it(`refuses "${text}"`, () => {
      assert.throws(() => peerAddressFrom(text), isMalformed);
    });
  }
});

describe("addresses to listen on", () => {
  it("reads URLs, host and port, and multiaddrs", () => {
    assert.equal(listenAddressFrom("tcp://0.0.0.0:26656"), "/ip4/0.0.0.0/tcp/26656");
    assert.equal(listenAddressFrom("[::]:26656"), "/ip6/::/tcp/26656");
    assert.equal(listenAddressFrom("localhost:0"), "/ip4/127.0.0.1/tcp/0");
    assert.equal(listenAddressFrom("/ip4/127.0.0.1/tcp/1"), "/ip4/127.0.0.1/tcp/1");
  });

  it("refuses a name, which has no interface of its own", () => {
    assert.throws(() => listenAddressFrom("node.example.org:26656"), isMalformed);
  });
});
