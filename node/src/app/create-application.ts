import type { Crypto } from "@pyralog/chain/crypto";
import { TransactionApplication, type Module, type NodeOptions } from "@pyralog/chain/execution";
import type { VersionedState } from "@pyralog/chain/merkle";
import { compose } from "./compose.ts";

/** What the application is given; the state survives it, everything else is made anew. */
export interface ApplicationOptions {
  readonly state: VersionedState;
  readonly crypto: Crypto;
  readonly node?: NodeOptions;
  /** Further modules, at the end of the list: tests bring handlers that fail. */
  readonly modules?: readonly Module[];
}

/** The application of this network, where the state left off. */
export function createApplication(options: ApplicationOptions): TransactionApplication {
  const { state, crypto, node = {}, modules = [] } = options;
  return new TransactionApplication({ ...compose(modules), state, crypto, node });
}
