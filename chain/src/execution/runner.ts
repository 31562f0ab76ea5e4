/**
 * Runs one transaction on an overlay: ante chain, then its messages, all or nothing. Whatever
 * fails is taken back to the right mark; only what must stop the node leaves as an exception.
 */
import { ok, refused, type Result } from "#base";
import type { LoudFailure } from "#abci";
import type { Any, AuthParams } from "#codec";
import type { ChainEvent, TxResult } from "#types";
import { runAnte, type AnteMode, type AnteServices } from "./ante.ts";
import { Events, type IsIndexed } from "./events.ts";
import { refusalFrom } from "./failures.ts";
import { GasMeter } from "./gas.ts";
import type { BlockFacts, BoundMessage, Context } from "./module.ts";
import type { Overlay } from "./overlay.ts";
import type { TxError } from "./refusals.ts";
import { failed, noGas, succeeded, type Gas } from "./results.ts";
import { Store } from "./store.ts";
import type { HashedTx, TransactionCache } from "./transaction-cache.ts";
import type { Transaction } from "./transaction.ts";

export interface RunnerServices {
  readonly transactions: TransactionCache;
  readonly ante: AnteServices;
  readonly isIndexed: IsIndexed;
}

/** What a block allows to each of its transactions. */
export interface TxLimits {
  /** The most gas that one may ask for. */
  readonly gasMax: bigint;
  readonly params: AuthParams;
}

/** What the SDK answers for the gas that a simulated transaction asked for. */
const unlimitedGas = 2n ** 64n - 1n;

export interface RunOptions {
  readonly overlay: Overlay;
  readonly block: BlockFacts;
  readonly mode: AnteMode;
  readonly limits: TxLimits;
  readonly loud: LoudFailure[];
}

/** What became of one transaction. */
export interface Ran {
  readonly result: TxResult;
  /** Whether the ante chain let it in: only then has it paid, and may it stand in a block. */
  readonly isAdmitted: boolean;
  readonly responses: readonly Any[];
  /** Nothing where the bytes are none. */
  readonly transaction: Transaction | undefined;
}

/** One transaction under way. */
interface Run extends RunOptions {
  readonly transaction: Transaction;
  readonly services: RunnerServices;
  readonly gas: GasMeter;
  readonly store: Store;
}

export class Runner {
  readonly #services: RunnerServices;

  constructor(services: RunnerServices) {
    this.#services = services;
  }

  /** Ante chain and messages. */
  run(tx: HashedTx, options: RunOptions): Ran {
    const started = this.#start(tx, options);
    if (started.kind === "refused") return started.error;
    const run = started.value;
    const admitted = admit(run);
    return admitted.kind === "refused" ? admitted.error : runMessages(run, admitted.value);
  }

  /** The ante chain alone, as for a pool. */
  check(tx: HashedTx, options: RunOptions): Ran {
    const started = this.#start(tx, options);
    if (started.kind === "refused") return started.error;
    const run = started.value;
    const admitted = admit(run);
    return admitted.kind === "refused" ? admitted.error : done(run, { events: admitted.value });
  }

  #start(tx: HashedTx, options: RunOptions): Result<Run, Ran> {
    try {
      const transaction = this.#services.transactions.decode(tx);
      // Simulated work is nobody's to pay, so it ends where no transaction could go on.
      const { gasMax } = options.limits;
      const isSimulated = options.mode === "simulate";
      const gas = new GasMeter(isSimulated ? gasMax : transaction.fee.gasLimit);
      const store = new Store(options.overlay, gas);
      return ok({ ...options, transaction, services: this.#services, gas, store });
    } catch (error) {
      const refusal = refusalFrom(error, { where: "decoding", loud: options.loud });
      const result = failed({ error: refusal, gas: noGas, events: [] });
      return refused({ result, isAdmitted: false, responses: [], transaction: undefined });
    }
  }
}

/** The ante chain's events, or the end of the transaction. */
function admit(run: Run): Result<readonly ChainEvent[], Ran> {
  const { transaction, mode, services, overlay, loud } = run;
  const mark = overlay.mark();
  const context = contextOf(run, undefined);
  try {
    runAnte({ transaction, context, mode, overlay, ...run.limits, services: services.ante });
    return ok(context.events.all);
  } catch (error) {
    overlay.revert(mark);
    const refusal = refusalFrom(error, { where: "ante chain", loud });
    return refused(fell(run, { error: refusal, isAdmitted: false, events: [] }));
  }
}

function runMessages(run: Run, anteEvents: readonly ChainEvent[]): Ran {
  const { transaction, overlay, loud } = run;
  const mark = overlay.mark();
  const events = [...anteEvents];
  const responses: Any[] = [];
  for (const [index, message] of transaction.messages.entries()) {
    try {
      const context = contextOf(run, index);
      announce(context, message);
      const value = message.execute(context);
      responses.push({ typeUrl: message.responseTypeUrl, value });
      events.push(...context.events.all);
    } catch (error) {
      overlay.revert(mark);
      const refusal = refusalFrom(error, { where: message.typeUrl, loud });
      const told = refusal.within(`failed to execute message; message index: ${index}`);
      return fell(run, { error: told, isAdmitted: true, events: anteEvents });
    }
  }
  return done(run, { events, responses });
}

/** One event of the message with all that searches combine: they match inside one event. */
function announce(context: Context, message: BoundMessage): void {
  const [sender] = message.signers;
  context.events.emit("message", {
    action: message.typeUrl,
    sender: sender === undefined ? "" : context.block.addresses.text(sender),
    module: message.module,
  });
}

function contextOf(run: Run, messageIndex: number | undefined): Context {
  const { block, store, gas, services, mode } = run;
  const { isIndexed } = services;
  const isSilent = mode === "check" || mode === "recheck";
  const place = messageIndex === undefined ? {} : { messageIndex };
  return { block, store, gas, events: new Events({ isIndexed, isSilent, ...place }) };
}

function gasOf({ mode, transaction, gas }: Run): Gas {
  const wanted = mode === "simulate" ? unlimitedGas : transaction.fee.gasLimit;
  return { wanted, used: gas.used };
}

function done(
  run: Run,
  outcome: { readonly events: readonly ChainEvent[]; readonly responses?: readonly Any[] },
): Ran {
  const { events, responses = [] } = outcome;
  const result = succeeded({ gas: gasOf(run), events, responses });
  return { result, isAdmitted: true, responses, transaction: run.transaction };
}

function fell(
  run: Run,
  outcome: {
    readonly error: TxError;
    readonly isAdmitted: boolean;
    readonly events: readonly ChainEvent[];
  },
): Ran {
  const { error, isAdmitted, events } = outcome;
  const result = failed({ error, gas: gasOf(run), events });
  return { result, isAdmitted, responses: [], transaction: run.transaction };
}
