/** kill -9 of one validator: the others go on, and it comes back by itself and signs again. */
import type { Fleet } from "./fleet.ts";
import { signsAfter } from "./signing.ts";

const heightsAlone = 3n;

/** The fleet runs before and after. @throws Violation `LIVENESS`, ScenarioError */
export async function crashOne(fleet: Fleet, victim: number): Promise<void> {
  const others = fleet.nodes.map(({ index }) => index).filter((index) => index !== victim);
  await fleet.kill([victim]);
  const before = await fleet.heightMax(others);
  await fleet.reach(before + heightsAlone, others);
  fleet.start([victim]);
  const missed = await fleet.heightMax(others);
  await fleet.reach(missed, [victim]);
  await signsAfter(fleet, { victim, height: missed, witness: others[0] ?? victim });
}
