/** A genesis document of anybody: read and run on nothing, or refused with what is wrong where. */
import { bytesFromText } from "@pyralog/chain/base";
import { consensusParamsDefault, genesisToJson, parseGenesis } from "@pyralog/chain/types";
import { checkGenesis, genesisAppState } from "@pyralog/node/app";
import { aValidatorSet } from "../../../chain/test/types/values.ts";
import { genesisParts } from "../../../node/test/app/a-chain.ts";
import { aGenesis } from "../../test/scenarios/a-genesis.ts";
import type { Target } from "../target.ts";

export function createTarget(): Target {
  return {
    shape: "json",
    prefixBytes: 0,
    seeds: seeds(),
    tokens: ["apyr", "pyr", "ed25519", "tendermint/PubKeyEd25519", "app_state", "-1"].map(
      bytesFromText,
    ),
    run(input) {
      const genesis = parseGenesis(new TextDecoder().decode(input));
      if (genesis.kind === "refused") {
        if (genesis.error.message === "") throw new Error("a refusal says nothing");
        return;
      }
      for (const { key, problem } of checkGenesis(genesis.value)) {
        if (key === "" || problem === "") throw new Error("a problem says nothing");
      }
    },
  };
}

function seeds(): readonly Uint8Array[] {
  const genesis = aGenesis(aValidatorSet().signers);
  const appState = JSON.stringify(genesisAppState(genesisParts()));
  const whole = { ...genesis, consensusParams: consensusParamsDefault, appState };
  return [genesis, whole].map((each) => bytesFromText(JSON.stringify(genesisToJson(each))));
}
