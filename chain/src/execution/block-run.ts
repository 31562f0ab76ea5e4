/**
 * One block on its own overlay, transaction by transaction: what PrepareProposal selects from,
 * ProcessProposal judges and FinalizeBlock answers with. Which of them runs it changes no byte.
 */
import { AssertionFailure } from "#base";
import type { StateReader } from "#merkle";
import type { ConsensusParams, TxResult } from "#types";
import type { LoudFailure } from "#abci";
import { GasMeter } from "./gas.ts";
import type { ConsensusKeeper } from "./keepers.ts";
import type { BlockFacts, Invariant, InvariantView } from "./module.ts";
import { Overlay } from "./overlay.ts";
import { refusals, TxError } from "./refusals.ts";
import { failed, noGas } from "./results.ts";
import type { Ran, Runner } from "./runner.ts";
import { Store } from "./store.ts";

export interface BlockServices {
  readonly runner: Runner;
  readonly consensus: ConsensusKeeper;
  readonly invariants: readonly Invariant[];
}

export class BlockRun {
  readonly overlay: Overlay;
  readonly loud: LoudFailure[] = [];
  readonly #services: BlockServices;
  readonly #block: BlockFacts;
  readonly #params: ConsensusParams;
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
    this.#params = options.services.consensus.params(freeStore(this.overlay));
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
  deliver(bytes: Uint8Array): Ran {
    const ran = this.#hasGasLeft() ? this.#run(bytes) : withoutGas();
    this.#results.push(ran.result);
    this.#gasUsed += ran.result.gasUsed;
    this.#gasWanted += ran.result.gasWanted;
    return ran;
  }

  #hasGasLeft(): boolean {
    const { maxGas } = this.#params.block;
    return maxGas < 0n || this.#gasUsed < maxGas;
  }

  #run(bytes: Uint8Array): Ran {
    return this.#services.runner.run(bytes, {
      overlay: this.overlay,
      block: this.#block,
      mode: "deliver",
      gasMax: txGasMax(this.#params, this.#block),
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
      throw new AssertionFailure(`${invariant.name} at height ${this.#block.height}: ${fault}`);
    }
  }

  /** The consensus parameters, where the block changed them. */
  paramUpdates(): { readonly consensusParamUpdates?: ConsensusParams } {
    const after = this.#services.consensus.params(freeStore(this.overlay));
    return after === this.#params ? {} : { consensusParamUpdates: after };
  }
}

/** A store for what nobody pays for. */
export function freeStore(overlay: Overlay): Store {
  return new Store(overlay, GasMeter.unlimited());
}

/** The most gas that one transaction may ask for. */
export function txGasMax(params: ConsensusParams, block: BlockFacts): bigint {
  const { maxGas } = params.block;
  const { txGasMax: ownMax } = block.chain;
  return maxGas >= 0n && maxGas < ownMax ? maxGas : ownMax;
}

function withoutGas(): Ran {
  const error = new TxError(refusals.OUT_OF_GAS, "no block gas left to run tx");
  const result = failed({ error, gas: noGas, events: [] });
  return { result, isAdmitted: false, responses: [], transaction: undefined };
}
