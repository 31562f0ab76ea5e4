/** A module whose messages misbehave on demand, each in its own way. */
import { assert, bytesFromText } from "@pyralog/chain/base";
import { emptyResponseWire, message, string } from "@pyralog/chain/codec";
import {
  defineMessage,
  type Context,
  type Invariant,
  type MessageType,
  type Module,
} from "@pyralog/chain/execution";

type Misdeed = (context: Context) => void;

const noteKey = bytesFromText("odd/note");

const misdeeds: Readonly<Record<string, Misdeed>> = {
  MsgNote: ({ store }) => store.set(noteKey, bytesFromText("noted")),
  MsgThrow({ store }) {
    store.set(noteKey, bytesFromText("half done"));
    throw new TypeError("nobody thought of this");
  },
  MsgExhaust: () => recurse(0),
  MsgBreakClaim: () => assert(false, "this never happens"),
  MsgMint: ({ store }) => store.set(bytesFromText("bank/\u0000uvoid"), amount),
};

/** One, as bank writes amounts: supply without anybody who holds it. */
const amount = Uint8Array.from([...new Uint8Array(15), 1]);

function recurse(depth: number): number {
  return depth < 0 ? depth : 1 + recurse(depth + 1);
}

const typeUrl = (name: string): string => `/odd.${name}`;

function misdeed(name: string, execute: Misdeed): MessageType {
  return defineMessage({
    module: "odd",
    wire: message(`odd.${name}`, { sender: string(1) }),
    response: emptyResponseWire(`odd.${name}Response`),
    parse: ({ sender }, addresses) => addresses.require(sender, "sender"),
    signers: (sender) => [sender],
    execute(context) {
      execute(context);
      return {};
    },
  });
}

/** Holds unless `MsgNote` ran, and is looked at only where everything is. */
const silence: Invariant = {
  name: "odd: silence",
  scope: "whole",
  check: ({ store }) => (store.has(noteKey) ? "somebody took a note" : undefined),
};

export function oddModule(options: { readonly withInvariant?: boolean } = {}): Module {
  return {
    name: "odd",
    messages: Object.entries(misdeeds).map(([name, execute]) => misdeed(name, execute)),
    queries: [],
    accounts: [],
    invariants: options.withInvariant === true ? [silence] : [],
    initGenesis: () => [],
  };
}

export function oddMessage(
  name: string,
  sender: { readonly address: string },
): { readonly typeUrl: string; readonly value: Uint8Array } {
  const wire = message(name, { sender: string(1) });
  return { typeUrl: typeUrl(name), value: wire.encode({ sender: sender.address }) };
}
