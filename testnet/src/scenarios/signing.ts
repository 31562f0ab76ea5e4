/** Whether a validator takes part, by what others tell of it: its signature in their commits. */
import { hexFromBytes } from "@pyralog/chain/base";
import { commitFromJson, JsonNode } from "@pyralog/chain/types";
import { ConfigError, homePaths, loadValidatorKey } from "@pyralog/node/config";
import type { Rpc } from "@pyralog/wallet-cli/client";
import type { Fleet, FleetNode } from "./fleet.ts";
import { ScenarioError } from "./scenario-error.ts";

interface Watched {
  /** Whose signature. */
  readonly victim: number;
  /** Who is asked. */
  readonly witness: number;
}

/** Resolves when it has signed a height after this one. @throws Violation `LIVENESS` */
export async function signsAfter(
  fleet: Fleet,
  about: Watched & { readonly height: bigint },
): Promise<void> {
  const { victim, witness, height } = about;
  const address = addressOf(fleet.node(victim));
  const { rpc } = fleet.node(witness);
  let next = height + 1n;
  await fleet.until(`${fleet.node(victim).name} signs after height ${height}`, async () => {
    const last = (await fleet.heightOf(witness)) ?? 0n;
    // The newest height's commit is the witness's own, which lacks whoever signed later than most.
    for (; next < last; next++) {
      if (await isSignedBy(address, { rpc, height: next })) return true;
    }
    return false;
  });
}

/** @throws ScenarioError `CUT_LEAKS` when it has signed one of these heights. */
export async function assertSilent(
  fleet: Fleet,
  about: Watched & { readonly from: bigint; readonly to: bigint },
): Promise<void> {
  const victim = fleet.node(about.victim);
  const address = addressOf(victim);
  const { rpc } = fleet.node(about.witness);
  for (let height = about.from; height <= about.to; height++) {
    if (!(await isSignedBy(address, { rpc, height }))) continue;
    throw new ScenarioError({ code: "CUT_LEAKS", facts: { victim: victim.name, height } });
  }
}

function addressOf({ home }: FleetNode): string {
  const key = loadValidatorKey(homePaths(home).validatorKey);
  if (key.kind === "refused") throw new ConfigError([key.error]);
  return hexFromBytes(key.value.address);
}

async function isSignedBy(
  address: string,
  at: { readonly rpc: Rpc; readonly height: bigint },
): Promise<boolean> {
  const told = new JsonNode(await at.rpc.call("commit", { height: String(at.height) }));
  const { signatures } = commitFromJson(told.get("signed_header").get("commit").value);
  return signatures.some(
    (signature) =>
      signature.kind === "commit" && hexFromBytes(signature.validatorAddress) === address,
  );
}
