/**
 * The contract between the application and its modules. A module declares its messages, queries,
 * accounts, genesis and invariants as data; `node/app` puts the modules into one ordered list.
 * Modules of different packages meet through the interfaces in `keepers.ts` only.
 */
import type { Message } from "#codec";
import type { Work } from "#base";
import type { Address, ConsensusParams, Height, Time, ValidatorUpdate } from "#types";
import type { Addresses } from "./addresses.ts";
import type { AminoValue } from "./amino-json.ts";
import type { Events } from "./events.ts";
import type { GasMeter } from "./gas.ts";
import type { GenesisNode } from "./genesis-node.ts";
import type { ChainIdentity } from "./identity.ts";
import { limits } from "./limits.ts";
import type { StateChange } from "./overlay.ts";
import type { Store } from "./store.ts";

/** The block that a transaction runs in, or would run in. */
export interface BlockFacts {
  readonly chain: ChainIdentity;
  readonly addresses: Addresses;
  readonly height: Height;
  readonly time: Time;
}

/** What one phase of a transaction (its ante chain, one message) may touch. */
export interface Context {
  readonly block: BlockFacts;
  readonly store: Store;
  readonly gas: GasMeter;
  readonly events: Events;
}

/** A message of a transaction: parsed, its stateless checks passed (STYLE rule 6). */
export interface BoundMessage {
  readonly typeUrl: string;
  readonly responseTypeUrl: string;
  /** Whose signatures the message needs, in order. */
  readonly signers: readonly Address[];
  /** What the message's event calls its module. */
  readonly module: string;
  /** What an amino JSON signer saw; nothing where the message has no amino form. */
  readonly amino: (() => AminoValue) | undefined;
  /** Answers with the encoded response. @throws TxError and rolls back all messages. */
  execute(context: Context): Uint8Array;
}

/** Finds and parses messages by type URL. */
export interface MessageType {
  readonly typeUrl: string;
  /** @throws CodecError where the bytes are malformed, TxError where a stateless check fails. */
  bind(bytes: Uint8Array, addresses: Addresses): BoundMessage;
}

export interface QueryContext {
  readonly store: Store;
  readonly block: BlockFacts;
}

/** One method of a query service. `answer` pauses between pages of work. */
export interface QueryMethod {
  readonly path: string;
  /** @throws TxError, QueryError */
  answer(context: QueryContext, request: Uint8Array): Work<Uint8Array>;
}

export interface ModuleAccountDefinition {
  readonly name: string;
  readonly permissions: readonly string[];
}

export interface GenesisContext extends Context {
  readonly validators: readonly ValidatorUpdate[];
  readonly consensusParams: ConsensusParams;
  readonly moduleAccounts: readonly ModuleAccountDefinition[];
}

/** What an invariant looks at after a block. */
export interface InvariantView extends QueryContext {
  /** What the block changed under the prefix, in no order. */
  changes(prefix: Uint8Array): readonly StateChange[];
}

/**
 * A claim that every block leaves true. One over the changes is checked after every block; one
 * over the whole state where the node was told to (every test does).
 */
export interface Invariant {
  readonly name: string;
  readonly scope: "changes" | "whole";
  /** Nothing where it holds, else what is wrong. */
  check(view: InvariantView): string | undefined;
}

export interface Module {
  /** The name of the module's section in genesis, and the prefix of its keys. */
  readonly name: string;
  readonly messages: readonly MessageType[];
  readonly queries: readonly QueryMethod[];
  readonly accounts: readonly ModuleAccountDefinition[];
  readonly invariants: readonly Invariant[];
  /** Writes the module's genesis. @throws GenesisError */
  initGenesis(context: GenesisContext, genesis: GenesisNode): readonly ValidatorUpdate[];
}

const strictly = { unknown: "reject", strict: true, itemsMax: limits.itemsMax } as const;

/** A message whose handler knows its own type; `bind` hides it from the router. */
export function defineMessage<Wire, Parsed, Response>(definition: {
  readonly module: string;
  readonly wire: Message<Wire>;
  readonly response: Message<Response>;
  readonly aminoName?: string;
  readonly amino?: (wire: Wire) => AminoValue;
  /** The stateless checks: what is returned is what `execute` takes. @throws TxError */
  readonly parse: (wire: Wire, addresses: Addresses) => Parsed;
  readonly signers: (parsed: Parsed) => readonly Address[];
  readonly execute: (context: Context, parsed: Parsed) => Response;
}): MessageType {
  const { wire, response, aminoName, amino } = definition;
  const typeUrl = `/${wire.name}`;
  const responseTypeUrl = `/${response.name}`;
  return {
    typeUrl,
    bind(bytes, addresses) {
      const parsed = definition.parse(wire.decode(bytes, strictly), addresses);
      return {
        typeUrl,
        responseTypeUrl,
        module: definition.module,
        signers: definition.signers(parsed),
        amino:
          aminoName === undefined || amino === undefined
            ? undefined
            : // Decoded again where it is asked for: most transactions are never shown so.
              () => ({ type: aminoName, value: amino(wire.decode(bytes)) }),
        execute: (context) => response.encode(definition.execute(context, parsed)),
      };
    },
  };
}

interface QueryWires<Request, Response> {
  readonly request: Message<Request>;
  readonly response: Message<Response>;
}

/** A query that is answered at once. */
export function defineQuery<Request, Response>(definition: {
  readonly path: string;
  readonly wires: QueryWires<Request, Response>;
  readonly answer: (context: QueryContext, request: Request) => Response;
}): QueryMethod {
  const { path, wires, answer } = definition;
  return {
    path,
    // oxlint-disable-next-line require-yield -- an answer of one step is work without a pause
    *answer(context, request) {
      return wires.response.encode(answer(context, wires.request.decode(request)));
    },
  };
}

/** A query that walks over state and pauses on the way. */
export function defineWalkingQuery<Request, Response>(definition: {
  readonly path: string;
  readonly wires: QueryWires<Request, Response>;
  readonly answer: (context: QueryContext, request: Request) => Work<Response>;
}): QueryMethod {
  const { path, wires, answer } = definition;
  return {
    path,
    *answer(context, request) {
      return wires.response.encode(yield* answer(context, wires.request.decode(request)));
    },
  };
}
