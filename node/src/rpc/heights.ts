/** Heights, pages and ranges as CometBFT's rpc/core/env.go checks them. */
import { createHeight, type Height } from "@pyralog/chain/types";
import type { RpcBackend } from "./backend.ts";
import { refusal } from "./rpc-error.ts";

const perPageDefault = 30;
const perPageMax = 100;
/** Block metas in one answer of `blockchain`. */
const metasMax = 20n;

/** The height that is asked for, or the newest. @throws RpcError `INTERNAL` out of range. */
function heightFrom(
  given: bigint | undefined,
  { base, newest }: { readonly base: Height; readonly newest: Height },
): Height {
  if (given === undefined) return newest;
  const shown = String(given);
  if (given <= 0n) throw refusal(`height must be greater than 0, but got ${shown}`);
  if (given > newest) {
    throw refusal(
      `height ${shown} must be less than or equal to the current blockchain height ${newest}`,
    );
  }
  if (given < base) throw refusal(`height ${shown} is not available, lowest height is ${base}`);
  return createHeight(given);
}

/** Of a block that is stored. */
export function storedHeight(backend: RpcBackend, given: bigint | undefined): Height {
  const { blocks } = backend;
  return heightFrom(given, { base: blocks.base(), newest: blocks.height() });
}

/** Of validators and parameters, which are known for the next block too. */
export function plannedHeight(backend: RpcBackend, given: bigint | undefined): Height {
  return heightFrom(given, { base: backend.blocks.base(), newest: newestPlanned(backend) });
}

export function newestPlanned({ blocks, node }: RpcBackend): Height {
  return createHeight(blocks.height() + (node.syncing() ? 0n : 1n));
}

/** @throws RpcError `INTERNAL` */
export function rangeFrom(
  { min, max }: { readonly min: bigint; readonly max: bigint },
  { base, newest }: { readonly base: Height; readonly newest: Height },
): { readonly low: bigint; readonly high: bigint } {
  if (min < 0n || max < 0n) throw refusal("heights must be non-negative");
  const high = max === 0n || max > newest ? newest : max;
  const low = [min === 0n ? 1n : min, base, high - metasMax + 1n].reduce(larger);
  if (low > high) {
    throw refusal(`min height ${String(low)} can't be greater than max height ${String(high)}`);
  }
  return { low, high };
}

export function perPageFrom(given: bigint | undefined): number {
  if (given === undefined || given < 1n) return perPageDefault;
  return given > BigInt(perPageMax) ? perPageMax : Number(given);
}

/** How many to skip before the page, once the total is known. @throws RpcError `INTERNAL` */
export function skipFrom(
  page: bigint | undefined,
  { perPage, total }: { readonly perPage: number; readonly total: number },
): number {
  if (page === undefined) return 0;
  const pages = Math.max(1, Math.ceil(total / perPage));
  if (page < 1n || page > BigInt(pages)) {
    throw refusal(`page should be within [1, ${String(pages)}] range, given ${String(page)}`);
  }
  return (Number(page) - 1) * perPage;
}

function larger(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
