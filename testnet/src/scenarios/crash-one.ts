/** kill -9 of one validator: the others go on, and it comes back by itself and signs again. */
import { hexFromBytes } from "@pyralog/chain/base";
import { commitFromJson, JsonNode } from "@pyralog/chain/types";
import { homePaths, loadValidatorKey } from "@pyralog/node/config";
import type { Rpc } from "@pyralog/wallet-cli/client";
import type { Fleet } from "./fleet.ts";

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

/** Resolves when a commit that another node tells of holds the validator's signature. */
export async function signsAfter(
  fleet: Fleet,
  about: { readonly victim: number; readonly height: bigint; readonly witness: number },
): Promise<void> {
  const { victim, witness } = about;
  const { name, home } = fleet.node(victim);
  const key = loadValidatorKey(homePaths(home).validatorKey);
  if (key.kind === "refused") throw new Error(key.error.problem);
  const address = hexFromBytes(key.value.address);
  const { rpc } = fleet.node(witness);
  let next = about.height + 1n;
  await fleet.until(`${name} signs again after height ${about.height}`, async () => {
    const height = (await fleet.heightOf(witness)) ?? 0n;
    for (; next <= height; next++)
      if (await isSignedBy(rpc, { height: next, address })) return true;
    return false;
  });
}

async function isSignedBy(
  rpc: Rpc,
  about: { readonly height: bigint; readonly address: string },
): Promise<boolean> {
  const told = new JsonNode(await rpc.call("commit", { height: String(about.height) }));
  const { signatures } = commitFromJson(told.get("signed_header").get("commit").value);
  return signatures.some(
    (signature) =>
      signature.kind === "commit" && hexFromBytes(signature.validatorAddress) === about.address,
  );
}
