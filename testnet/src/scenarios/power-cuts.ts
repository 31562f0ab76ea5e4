/** What must hold of a validator that loses its power again and again, with payments coming in. */
import type { Prng } from "@pyralog/chain/base";
import type { Fleet } from "./fleet.ts";
import { History } from "./history.ts";
import { checkMoney, supplyAtGenesis } from "./money.ts";
import { checkAcknowledged, Payments } from "./payments.ts";
import { Signatures } from "./signatures.ts";

export class PowerCuts {
  readonly #fleet: Fleet;
  readonly #payments: Payments;
  readonly #signatures: Signatures;
  #height = 0n;

  static async create(fleet: Fleet, prng: Prng): Promise<PowerCuts> {
    const payments = await Payments.create(fleet, prng);
    const signatures = await Signatures.create(fleet.genesis);
    payments.begin();
    return new PowerCuts({ fleet, payments, signatures });
  }

  private constructor(parts: {
    readonly fleet: Fleet;
    readonly payments: Payments;
    readonly signatures: Signatures;
  }) {
    this.#fleet = parts.fleet;
    this.#payments = parts.payments;
    this.#signatures = parts.signatures;
  }

  get height(): bigint {
    return this.#height;
  }

  get acknowledged(): number {
    return this.#payments.acknowledged.length;
  }

  get signatures(): number {
    return this.#signatures.count;
  }

  /** Starts the validator, which goes on after every height that it has told. */
  async goOn(): Promise<void> {
    this.#fleet.start();
    await this.#fleet.reach(this.#height + 2n);
    this.#height = await this.#fleet.heightMax();
  }

  async seeDisk(): Promise<void> {
    for (const { home } of this.#fleet.nodes) await this.#signatures.seeDisk(home);
  }

  /** @throws Violation, ScenarioError unless all of it is there after the last cut. */
  async check(): Promise<void> {
    await this.goOn();
    await this.end();
    const { denom, genesis } = this.#fleet;
    const history = new History(this.#signatures);
    for (const node of this.#fleet.nodes) {
      await history.follow(node);
      await checkAcknowledged(node, this.#payments.acknowledged);
      await checkMoney(node, { denom, supply: supplyAtGenesis(genesis, denom) });
    }
  }

  async end(): Promise<void> {
    await this.#payments.end();
  }
}
