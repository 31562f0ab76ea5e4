/** Evidence from a block, a peer or a client: known, taken or refused by name, and never worse. */
import { bytesFromText, ChainError } from "@pyralog/chain/base";
import { EvidencePool } from "@pyralog/chain/evidence";
import {
  decodeEvidence,
  decodeEvidenceList,
  encodeEvidence,
  encodeEvidenceList,
  evidenceToJson,
  createRound,
} from "@pyralog/chain/types";
import { chainId, crypto } from "../../../chain/test/types/values.ts";
import {
  ofAnotherChain,
  ofRound,
  past,
  positionAt,
  someEvidence,
} from "../../../chain/test/evidence/some-evidence.ts";
import { evidence as argument } from "../../../node/src/rpc/evidence-argument.ts";
import { firstJsonValue } from "../../../node/src/rpc/go-json.ts";
import { RpcError } from "../../../node/src/rpc/rpc-error.ts";
import { atDoor } from "../at-door.ts";
import type { Target } from "../target.ts";

const inputsPerPool = 200;
const itemsMax = 64;

export function createTarget(): Target {
  let pool = aPool();
  let inputs = 0;
  const fromBlock = (bytes: Uint8Array): void => {
    const list = decodeEvidenceList(bytes, { itemsMax });
    if (pool.check(list).kind === "ok") for (const each of list) pool.add(each);
  };
  const fromPeer = (bytes: Uint8Array): void => {
    pool.add(decodeEvidence(bytes));
    pool.pending(10_000n);
    pool.takeWrites();
  };
  const fromClient = (bytes: Uint8Array): void => {
    const first = firstJsonValue(new TextDecoder().decode(bytes));
    if ("fault" in first) return;
    const given = argument.fromJson(first.raw);
    if (given.kind === "given") pool.add(given.evidence);
  };
  const doors = [fromPeer, fromBlock, fromClient];
  return {
    shape: "protobuf",
    prefixBytes: 1,
    seeds: seeds(),
    tokens: [bytesFromText(chainId), bytesFromText('"tendermint/DuplicateVoteEvidence"')],
    run(input) {
      if (inputs++ % inputsPerPool === 0) pool = aPool();
      try {
        doors[(input[0] ?? 0) % doors.length]?.(input.subarray(1));
      } catch (error) {
        if (!(error instanceof ChainError) && !(error instanceof RpcError)) throw error;
      }
    },
  };
}

function aPool(): EvidencePool {
  return new EvidencePool({ chainId, crypto, past, position: positionAt(6), records: [] });
}

function seeds(): readonly Uint8Array[] {
  const some = [someEvidence(), ofRound(3), ofAnotherChain(ofRound(createRound(2)))];
  return [
    ...some.map((each) => atDoor(0, encodeEvidence(each))),
    atDoor(1, encodeEvidenceList(some)),
    ...some.map((each) => atDoor(2, bytesFromText(JSON.stringify(evidenceToJson(each))))),
    atDoor(2, bytesFromText('{"type":"tendermint/LightClientAttackEvidence","value":{}}')),
  ];
}
