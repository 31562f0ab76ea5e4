/**
 * The start-up handshake: three places remember a height, and a crash may leave them apart. Blocks
 * are stored first, then FinalizeBlock's answer with the state, then the application commits; so
 * only the combinations below can be reached (DESIGN §4). What is missing is replayed from the
 * block store; what cannot have happened is refused by name, before anything is written.
 */
import { ok, refused, type Result } from "#base";
import { createHeight, type Height } from "#types";
import { replicaError, type ReplicaError } from "./replica-error.ts";

export interface StoredHeights {
  readonly initialHeight: Height;
  /** The oldest and the newest stored block; zero and zero where there is none. */
  readonly storeBase: Height;
  readonly storeHeight: Height;
  /** The last block that the stored chain state covers. */
  readonly stateHeight: Height;
  readonly appHeight: Height;
}

/** One thing to do, in this order. */
export type HandshakeStep =
  | { readonly kind: "init-chain" }
  /** Finalize and commit in the application alone: the chain state is past this block. */
  | { readonly kind: "replay-application"; readonly height: Height }
  /** The whole of applyBlock: neither state nor application has it. */
  | { readonly kind: "apply"; readonly height: Height };

export function planHandshake(
  heights: StoredHeights,
): Result<readonly HandshakeStep[], ReplicaError> {
  const { initialHeight, storeBase, storeHeight, stateHeight, appHeight } = heights;
  const after = (height: Height): bigint => (height === 0n ? initialHeight : height + 1n);
  const inOrder =
    appHeight <= stateHeight && stateHeight <= storeHeight && storeHeight <= after(stateHeight);
  const first = after(appHeight);
  const available = first > storeHeight || first >= storeBase;
  if (!inOrder || !available) {
    return refused(
      replicaError("HEIGHTS_UNREACHABLE", { storeBase, storeHeight, stateHeight, appHeight }),
    );
  }
  const steps: HandshakeStep[] = appHeight === 0n ? [{ kind: "init-chain" }] : [];
  for (let height = first; height <= storeHeight; height++) {
    const covered = height <= stateHeight;
    steps.push({ kind: covered ? "replay-application" : "apply", height: createHeight(height) });
  }
  return ok(steps);
}
