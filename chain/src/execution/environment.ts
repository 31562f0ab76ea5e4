/**
 * What stays the same from block to block once the chain is known: its identity, its address
 * spelling, decoded transactions, and the runner that uses them all.
 */
import type { Crypto } from "#crypto";
import type { StateReader } from "#merkle";
import type { Height, Time } from "#types";
import { Addresses, moduleAddress } from "./addresses.ts";
import type { BlockServices } from "./block-run.ts";
import type { IsIndexed } from "./events.ts";
import { gasPriceOf, type GasPrices } from "./gas-price.ts";
import type { ChainIdentity } from "./identity.ts";
import type { Keepers } from "./keepers.ts";
import { limits } from "./limits.ts";
import type { BlockFacts, Module, QueryMethod } from "./module.ts";
import { Runner } from "./runner.ts";
import { TransactionCache } from "./transaction-cache.ts";

/** One node's own choices; none of them changes a byte of the chain. */
export interface NodeOptions {
  /** What this node's pool asks for, beyond genesis; none by default. */
  readonly gasPrices?: GasPrices;
  /** Which event attributes the node's index keeps; all by default. */
  readonly isIndexed?: IsIndexed;
  /** Checks every invariant over the whole state after every block: for tests. */
  readonly invariants?: boolean;
}

/** What the application is made of, whoever runs it: the same on every node. */
export interface Composition {
  /** In the order in which genesis runs. */
  readonly modules: readonly Module[];
  readonly keepers: Keepers;
  /** The module account that fees go to. */
  readonly feeCollector: string;
}

export interface ExecutionOptions extends Composition {
  readonly crypto: Crypto;
  readonly node: NodeOptions;
}

export class Environment {
  readonly chain: ChainIdentity;
  readonly addresses: Addresses;
  readonly runner: Runner;
  readonly blocks: BlockServices;
  readonly queries: ReadonlyMap<string, QueryMethod>;
  readonly stores: ReadonlySet<string>;
  readonly transactions: TransactionCache;

  constructor(options: ExecutionOptions, chain: ChainIdentity) {
    const { crypto, modules, keepers, node } = options;
    this.chain = chain;
    this.addresses = new Addresses(chain.bech32Prefix);
    this.queries = new Map(
      modules.flatMap(({ queries }) => queries).map((query) => [query.path, query]),
    );
    this.stores = new Set(modules.map(({ name }) => name));
    const messages = new Map(
      modules.flatMap((module) => module.messages).map((type) => [type.typeUrl, type]),
    );
    const decoder = { addresses: this.addresses, messages, crypto };
    this.transactions = new TransactionCache(decoder, {
      transactions: limits.transactionsRemembered,
      bytes: limits.transactionBytesRemembered,
    });
    this.runner = new Runner({
      transactions: this.transactions,
      isIndexed: node.isIndexed ?? everything,
      ante: {
        accounts: keepers.accounts,
        coins: keepers.coins,
        crypto,
        feeCollector: moduleAddress(options.feeCollector),
        chainGasPrices: [gasPriceOf({ denom: chain.denom, amount: chain.gasPriceMin })],
        gasPrices: node.gasPrices ?? [],
      },
    });
    const invariants = modules
      .flatMap((module) => module.invariants)
      .filter(({ scope }) => scope === "changes" || node.invariants === true);
    this.blocks = { runner: this.runner, keepers, invariants };
  }

  /** The chain that a state belongs to; nothing before genesis. */
  static from(options: ExecutionOptions, state: StateReader): Environment | undefined {
    const chain = options.keepers.identity.read(state);
    return chain === undefined ? undefined : new Environment(options, chain);
  }

  facts(height: Height, time: Time): BlockFacts {
    return { chain: this.chain, addresses: this.addresses, height, time };
  }
}

const everything: IsIndexed = () => true;
