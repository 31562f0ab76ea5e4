/** Whether the node is fit to be asked: synced, connected, and at the head of a living chain. */
import { createHeight, type Height } from "@pyralog/chain/types";
import type { Clock } from "#ports";
import type { RpcBackend } from "./backend.ts";

export type Readiness =
  { readonly kind: "ready" } | { readonly kind: "unready"; readonly reasons: readonly string[] };

/** Blocks over which the interval is measured. */
const sampleBlocks = 10n;
const nanosecondsPerSecond = 1_000_000_000n;

export async function readinessOf(backend: RpcBackend, clock: Clock): Promise<Readiness> {
  const { node, blocks } = backend;
  const reasons: string[] = [];
  if (node.syncing()) reasons.push("the node is catching up");
  if (node.peers().length === 0 && !(await isAlone(backend))) reasons.push("no peer is connected");
  const height = blocks.height();
  const age = await ageOf(backend, { height, clock });
  if (age === undefined) reasons.push("there is no block yet");
  else if (age.nanoseconds >= age.max) {
    const [old, max] = [seconds(age.nanoseconds), seconds(age.max)];
    reasons.push(`block ${height} is ${old} s old, more than ${max} s`);
  }
  return reasons.length === 0 ? { kind: "ready" } : { kind: "unready", reasons };
}

/** A network of one validator has nobody to connect to. */
async function isAlone({ blocks, states, node }: RpcBackend): Promise<boolean> {
  const set = await states.validators(createHeight(blocks.height() + (node.syncing() ? 0n : 1n)));
  return set?.validators.length === 1;
}

/** Three intervals, as the chain's own times give them, are the most that a head may be old. */
async function ageOf(
  { blocks }: RpcBackend,
  { height, clock }: { readonly height: Height; readonly clock: Clock },
): Promise<{ readonly nanoseconds: bigint; readonly max: bigint } | undefined> {
  const head = height === 0n ? undefined : await blocks.meta(height);
  if (head === undefined) return undefined;
  const base = blocks.base();
  const from = height - sampleBlocks > base ? height - sampleBlocks : base;
  const first = await blocks.meta(createHeight(from));
  const span = height > from && first !== undefined ? head.header.time - first.header.time : 0n;
  const interval = height > from ? span / (height - from) : 0n;
  const max = 3n * (interval > nanosecondsPerSecond ? interval : nanosecondsPerSecond);
  return { nanoseconds: clock.now() - head.header.time, max };
}

function seconds(nanoseconds: bigint): string {
  return (Number(nanoseconds) / 1e9).toFixed(1);
}
