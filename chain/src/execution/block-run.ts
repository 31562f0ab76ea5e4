/**
 * One block on its own overlay, transaction by transaction: what PrepareProposal selects from,
 * ProcessProposal judges and FinalizeBlock answers with. Which of them runs it changes no byte.
 */
import { AssertionFailure } from "#base";
import type { StateReader } from "#merkle";
import type { ConsensusParams, TxResult } from "#types";
import type { LoudFailure } from "#abci";
import { GasMeter } from "./gas.ts";
import type { Keepers } from "./keepers.ts";
import type { BlockFacts, Invariant, InvariantView } from "./module.ts";
import { Overlay } from "./overlay.ts";
import { refusals, TxError } from "./refusals.ts";
import { failed, noGas } from "./results.ts";
import type { Ran, Runner, TxLimits } from "./runner.ts";
import { Store } from "./store.ts";
import type { HashedTx } from "./transaction-cache.ts";

export interface BlockServices {
  readonly runner: Runner;
  readonly keepers: Pick<Keepers, "consensus" | "accounts">;
  readonly invariants: readonly Invariant[];
}

export class BlockRun {
  readonly overlay: Overlay;
  readonly loud: LoudFailure[] = [];
  readonly #services: BlockServices;
  readonly #block: BlockFacts;
  readonly #params: ConsensusParams;
  readonly #limits: TxLimits;
  readonly #results: TxResult[] = [];
  #gasUsed = 0n;
  #gasWanted = 0n;

  constructor(options: {
    readonly below: StateReader;
    readonly block: BlockFacts;
    readonly services: BlockServices;
  }) {
    this.overlay = new Overlay(options.below);
    this.#services = options.services;
    this.#block = options.block;
    const { keepers } = options.services;
    this.#params = keepers.consensus.params(freeStore(this.overlay));
    this.#limits = txLimits(this.overlay, { block: options.block, keepers });
  }

  get results(): readonly TxResult[] {
    return this.#results;
  }

  /** Whether the transactions so far asked for more gas than a block has. */
  get isOverGas(): boolean {
    const { maxGas } = this.#params.block;
    return maxGas >= 0n && this.#gasWanted > maxGas;
  }

  /** @throws what must stop the node; the caller may take it back to a mark and go on. */
  deliver(tx: HashedTx): Ran {
    const ran = this.#hasGasLeft() ? this.#run(tx) : withoutGas();
    this.#results.push(ran.result);
    this.#gasUsed += ran.result.gasUsed;
    this.#gasWanted += ran.result.gasWanted;
    return ran;
  }

  #hasGasLeft(): boolean {
    const { maxGas } = this.#params.block;
    return maxGas < 0n || this.#gasUsed < maxGas;
  }

  #run(tx: HashedTx): Ran {
    return this.#services.runner.run(tx, {
      overlay: this.overlay,
      block: this.#block,
      mode: "deliver",
      limits: this.#limits,
      loud: this.loud,
    });
  }

  /** Takes back everything since the mark, and the results beyond that many. */
  undo(to: { readonly mark: number; readonly results: number }): void {
    this.overlay.revert(to.mark);
    for (const { gasUsed, gasWanted } of this.#results.splice(to.results)) {
      this.#gasUsed -= gasUsed;
      this.#gasWanted -= gasWanted;
    }
  }

  /** @throws AssertionFailure where the block leaves an invariant broken. */
  checkInvariants(): void {
    const { overlay } = this;
    const view: InvariantView = {
      store: freeStore(overlay),
      block: this.#block,
      changes: (prefix) => overlay.changes(prefix),
    };
    for (const invariant of this.#services.invariants) {
      const fault = invariant.check(view);
      if (fault === undefined) continue;
      throw new AssertionFailure(`${invariant.name}: ${fault}`);
    }
  }

  /** The consensus parameters, where the block changed them. */
  paramUpdates(): { readonly consensusParamUpdates?: ConsensusParams } {
    const after = this.#services.keepers.consensus.params(freeStore(this.overlay));
    return after === this.#params ? {} : { consensusParamUpdates: after };
  }
}

/** A store for what nobody pays for. */
export function freeStore(overlay: Overlay): Store {
  return new Store(overlay, GasMeter.unlimited());
}

/** What every transaction on top of this state may hold and cost. */
export function txLimits(
  overlay: Overlay,
  facts: {
    readonly block: BlockFacts;
    readonly keepers: Pick<Keepers, "consensus" | "accounts">;
  },
): TxLimits {
  const store = freeStore(overlay);
  const { maxGas } = facts.keepers.consensus.params(store).block;
  const { txGasMax } = facts.block.chain;
  const gasMax = maxGas >= 0n && maxGas < txGasMax ? maxGas : txGasMax;
  return { gasMax, params: facts.keepers.accounts.params(store) };
}

function withoutGas(): Ran {
  const error = new TxError(refusals.OUT_OF_GAS, "no block gas left to run tx");
  const result = failed({ error, gas: noGas, events: [] });
  return { result, isAdmitted: false, responses: [], transaction: undefined };
}
