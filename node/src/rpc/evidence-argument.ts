/** The argument of `broadcast_evidence`: a value wrapped in its registered name. */
import { ChainError } from "@pyralog/chain/base";
import { evidenceFromJson, TypesError, type Evidence } from "@pyralog/chain/types";
import { failHex, fromCheckedJson, invalid, isHex, mismatch, type Argument } from "./argument.ts";
import { goQuote } from "./go-json.ts";
import { kindOfJson, membersOfJson, textOfJson } from "./raw-json.ts";

export type GivenEvidence =
  | { readonly kind: "none" }
  | { readonly kind: "given"; readonly evidence: Evidence }
  /** Readable, but no evidence; the reason is CometBFT's where it has a short one. */
  | { readonly kind: "baseless"; readonly reason: string };

const wrapper = "json.interfaceWrapper";
/** Names that CometBFT knows and that are no evidence. */
const foreignNames = /^tendermint\/(?:PubKey|PrivKey|event\/)/;

export const evidence: Argument<GivenEvidence> = {
  empty: { kind: "none" },
  fromJson: (raw) => {
    if (kindOfJson(raw) !== "object") throw mismatch(raw, wrapper);
    const members = membersOfJson(raw);
    const name = nameFrom(members.get("type"));
    const value = members.get("value");
    if (value === undefined) throw invalid("interface value cannot be empty");
    if (name === "tendermint/DuplicateVoteEvidence") return duplicateVote(raw, value);
    if (name === "tendermint/LightClientAttackEvidence") return lightClientAttack(value);
    if (foreignNames.test(name)) throw invalid(`invalid type ${goQuote(name)} for this value`);
    throw invalid(`unknown type ${goQuote(name)}`);
  },
  fromUri: (text) => (isHex(text) ? failHex("interface") : fromCheckedJson(evidence, text)),
};

function nameFrom(raw: string | undefined): string {
  if (raw === undefined || raw === "null") throw invalid("interface type cannot be empty");
  const kind = kindOfJson(raw);
  if (kind !== "string") {
    throw invalid(
      `json: cannot unmarshal ${kind} into Go struct field interfaceWrapper.type of type string`,
    );
  }
  const name = textOfJson(raw);
  if (name === "") throw invalid("interface type cannot be empty");
  return name;
}

function duplicateVote(raw: string, value: string): GivenEvidence {
  if (value === "null") return { kind: "none" };
  if (kindOfJson(value) === "object") {
    const votes = membersOfJson(value);
    const lacksVote = ["vote_a", "vote_b"].some((name) => (votes.get(name) ?? "null") === "null");
    if (lacksVote) {
      return {
        kind: "baseless",
        reason: "one or both of the votes are empty nil-Vote, nil-Vote",
      };
    }
  }
  try {
    return { kind: "given", evidence: evidenceFromJson(JSON.parse(raw)) };
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    const unreadable = error instanceof TypesError && error.code === "JSON_INVALID";
    if (unreadable) throw invalid(error.message);
    if (error instanceof TypesError && error.code === "EVIDENCE_ORDER") {
      return { kind: "baseless", reason: "duplicate votes in invalid order" };
    }
    return { kind: "baseless", reason: error.message };
  }
}

/** This kind is not verified here yet, so it is refused whatever it holds. */
function lightClientAttack(value: string): GivenEvidence {
  if (value === "null") return { kind: "none" };
  const block = kindOfJson(value) === "object" ? membersOfJson(value).get("conflicting_block") : "";
  const reason =
    (block ?? "null") === "null"
      ? "conflicting block is nil"
      : "light client attack evidence is not supported by this node";
  return { kind: "baseless", reason };
}
