/** Which denominations may be sent: a default for all, and what is said of single ones. */
import type { BankParams } from "@pyralog/chain/codec";
import type { Store } from "@pyralog/chain/execution";
import { paramsKey, sendEnabledKey } from "./state-keys.ts";

const yes = Uint8Array.of(1);
const no = Uint8Array.of(0);

/** The old list inside the parameters stays empty: each denomination has an entry of its own. */
export function readParams(store: Store): BankParams {
  return { sendEnabled: [], defaultSendEnabled: store.get(paramsKey)?.[0] !== 0 };
}

export function writeParams(store: Store, defaultSendEnabled: boolean): void {
  store.set(paramsKey, defaultSendEnabled ? yes : no);
}

export function isSendEnabled(store: Store, denom: string): boolean {
  const own = store.get(sendEnabledKey(denom));
  return own === undefined ? readParams(store).defaultSendEnabled : own[0] === 1;
}

export function writeSendEnabled(
  store: Store,
  entry: { readonly denom: string; readonly enabled: boolean },
): void {
  store.set(sendEnabledKey(entry.denom), entry.enabled ? yes : no);
}

/** From now on the default holds for the denomination. */
export function deleteSendEnabled(store: Store, denom: string): void {
  store.delete(sendEnabledKey(denom));
}
