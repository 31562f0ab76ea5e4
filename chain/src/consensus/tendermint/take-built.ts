/** Our own block, in answer to `build-block`. */
import { assert } from "#base";
import type { InputBody } from "./input.ts";
import { nameBlock } from "./take-part.ts";
import type { Turn } from "./turn.ts";

type BuiltInput = Extract<InputBody, { readonly kind: "block-built" }>;

/** Ignored once the round has gone on without it. It is in the WAL before it is proposed. */
export function takeBuilt(turn: Turn, input: BuiltInput): void {
  const { state, emit } = turn;
  const { height, round, blockId, parts } = input;
  const awaited = height === state.height && round === state.round && state.building;
  if (!awaited || state.phase !== "running" || state.built !== undefined) return;
  emit({ kind: "append-wal", entry: { kind: "block-built", height, round, blockId } });
  nameBlock(turn, blockId);
  for (const part of parts) {
    if (state.blocks.addPart(part, { likely: blockId.parts }) !== "added") continue;
    emit({ kind: "append-wal", entry: { kind: "part", height, round, part } });
  }
  assert(
    state.blocks.complete(blockId) !== undefined,
    "a block that was built is what its id says",
  );
  state.built = blockId;
}
