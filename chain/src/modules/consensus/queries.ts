/** `cosmos.consensus.v1.Query`. */
import { consensusParamsWire, consensusQueryWires } from "#codec";
import { defineQuery, type QueryMethod } from "#execution";
import { encodeConsensusParams } from "#types";
import { readParams } from "./params.ts";

export const consensusQueries: readonly QueryMethod[] = [
  defineQuery({
    path: "/cosmos.consensus.v1.Query/Params",
    wires: consensusQueryWires.Params,
    answer: ({ store }) => ({
      params: consensusParamsWire.decode(encodeConsensusParams(readParams(store))),
    }),
  }),
];
