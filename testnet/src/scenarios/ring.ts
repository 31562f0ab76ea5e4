/**
 * Validators in a ring, each linked to two others, through gates. What one says reaches the others
 * only where its neighbours pass it on.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fetchPeerCount } from "@pyralog/wallet-cli/client";
import type { Fleet } from "./fleet.ts";
import { assertSilent, signsAfter } from "./signing.ts";
import { TcpGate } from "./tcp-gate.ts";

/** What the node that is cut off can still do. */
export type Cut = "hears-nothing" | "says-nothing";

export class Ring {
  readonly #fleet: Fleet;
  /** The gate before the node of the same place, for its one dialler. */
  readonly #gates: readonly TcpGate[];

  /** Before the fleet's first start. Every node dials the next one, and nobody else. */
  static async create(fleet: Fleet): Promise<Ring> {
    const gates = await Promise.all(fleet.nodes.map(({ p2pPort }) => TcpGate.open(p2pPort)));
    for (const { index } of fleet.nodes) {
      const next = (index + 1) % fleet.nodes.length;
      fleet.dial(index, [{ to: next, port: gates[next]?.port ?? 0 }]);
    }
    return new Ring(fleet, gates);
  }

  private constructor(fleet: Fleet, gates: readonly TcpGate[]) {
    this.#fleet = fleet;
    this.#gates = gates;
  }

  close(): void {
    for (const gate of this.#gates) gate.close();
  }

  /** @throws Violation `LIVENESS` unless everybody has two peers and all of them make blocks. */
  async goesOn(heights: bigint): Promise<void> {
    const fleet = this.#fleet;
    for (const { name, rpc } of fleet.nodes) {
      await fleet.until(`${name} has two peers`, async () => {
        try {
          return (await fetchPeerCount(rpc)) === 2;
        } catch {
          return false;
        }
      });
    }
    await fleet.reach((await fleet.heightMax()) + heights);
  }

  /**
   * Both links of a node carry nothing in one direction for a while. The others go on meanwhile,
   * and afterwards the node catches up and signs.
   * @throws Violation `LIVENESS`, ScenarioError `CUT_LEAKS`
   */
  async cut(victim: number, options: { readonly cut: Cut; readonly forMs: number }): Promise<void> {
    const fleet = this.#fleet;
    const count = fleet.nodes.length;
    const others = fleet.nodes.map(({ index }) => index).filter((index) => index !== victim);
    const before = await fleet.heightMax(others);
    const isDeaf = options.cut === "hears-nothing";
    const [own, next] = [this.#gates[victim], this.#gates[(victim + 1) % count]];
    own?.cut(isDeaf ? "inwards" : "outwards");
    next?.cut(isDeaf ? "outwards" : "inwards");
    await Promise.all([fleet.reach(before + 2n, others), sleep(options.forMs)]);
    const missed = await fleet.heightMax(others);
    const witness = (victim + Math.floor(count / 2)) % count;
    // The cut may come in the middle of a height, whose commit then holds both.
    await assertSilent(fleet, { victim, witness, from: before + 2n, to: missed });
    own?.heal();
    next?.heal();
    await fleet.reach(missed + 1n, [victim]);
    await signsAfter(fleet, { victim, height: missed, witness });
  }
}
