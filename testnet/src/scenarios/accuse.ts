/** Evidence that a validator voted twice, made by whoever has its key, and handed to a node. */
import { defined, hexFromBytes } from "@pyralog/chain/base";
import {
  commitFromJson,
  createPower,
  evidenceToJson,
  headerFromJson,
  JsonNode,
  orderVotes,
  voteFromCommit,
  voteSignBytes,
  type Vote,
} from "@pyralog/chain/types";
import { ConfigError, homePaths, loadValidatorKey } from "@pyralog/node/config";
import { loadCrypto } from "@pyralog/node/io";
import type { Fleet } from "./fleet.ts";

/**
 * The accused's own precommit of the newest height, and one for another block, which it never
 * signed. All validators must have the same power. @throws ClientError where the node refuses it
 */
export async function accuse(
  fleet: Fleet,
  who: { readonly accused: number; readonly judge: number },
): Promise<void> {
  const { rpc } = fleet.node(who.judge);
  const key = loadValidatorKey(homePaths(fleet.node(who.accused).home).validatorKey);
  if (key.kind === "refused") throw new ConfigError([key.error]);
  const signed = new JsonNode(await rpc.call("commit", {})).get("signed_header");
  const commit = commitFromJson(signed.get("commit").value);
  const { time } = headerFromJson(signed.get("header").value);
  const own = [...commit.signatures.keys()]
    .map((index) => voteFromCommit(commit, index))
    .find(
      (vote) =>
        vote !== undefined &&
        hexFromBytes(vote.validatorAddress) === hexFromBytes(key.value.address),
    );
  const vote = defined(own, "the accused has signed the newest height");
  const [voteA, voteB] = orderVotes([
    vote,
    await otherVote(vote, { chainId: fleet.genesis.chainId, secretKey: key.value.secretKey }),
  ]);
  const powers = fleet.genesis.validators.map(({ power }) => power);
  const evidence = evidenceToJson({
    kind: "duplicate-vote",
    voteA,
    voteB,
    powerTotal: createPower(powers.reduce((sum, power) => sum + power, 0n)),
    validatorPower: createPower(powers[0] ?? 0n),
    time,
  });
  await rpc.call("broadcast_evidence", { evidence });
}

async function otherVote(
  vote: Vote,
  by: { readonly chainId: string; readonly secretKey: Uint8Array },
): Promise<Vote> {
  const { crypto } = await loadCrypto();
  const { blockId } = vote;
  const hash = new Uint8Array(32).fill(7);
  const other: Vote = blockId.kind === "nil" ? vote : { ...vote, blockId: { ...blockId, hash } };
  const message = voteSignBytes({ chainId: by.chainId, vote: other });
  return { ...other, signature: crypto.signEd25519({ secretKey: by.secretKey, message }) };
}
