import { equalBytes } from "#base";
import type { Address } from "#types";
import { moduleAddress } from "./addresses.ts";
import type { Context } from "./module.ts";
import { TxError, type Refusal } from "./refusals.ts";

/** Who may change parameters: the governance account, for which nobody holds a key. */
export const authorityName = "gov";

const authority = moduleAddress(authorityName);

/** - `INVALID_AUTHORITY`: the message names another authority than the governance account. */
const invalidAuthority: Refusal = {
  code: "INVALID_AUTHORITY",
  codespace: "gov",
  number: 13,
  text: "expected gov account as only signer for proposal message",
};

/** @throws TxError `INVALID_AUTHORITY` */
export function requireAuthority(context: Context, claimed: Address): void {
  if (equalBytes(claimed, authority)) return;
  const { addresses } = context.block;
  const [expected, got] = [addresses.text(authority), addresses.text(claimed)];
  throw new TxError(invalidAuthority, `invalid authority; expected ${expected}, got ${got}`);
}
