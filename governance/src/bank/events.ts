/** What bank tells of coins that move, under the SDK's names. */
import { coinsToText, type Coins, type Context } from "@pyralog/chain/execution";
import type { Address } from "@pyralog/chain/types";

export function emitSpent(context: Context, spent: { from: Address; coins: Coins }): void {
  const spender = context.block.addresses.text(spent.from);
  context.events.emit("coin_spent", { spender, amount: coinsToText(spent.coins) });
}

export function emitReceived(context: Context, received: { to: Address; coins: Coins }): void {
  const receiver = context.block.addresses.text(received.to);
  context.events.emit("coin_received", { receiver, amount: coinsToText(received.coins) });
}

export function emitTransfer(
  context: Context,
  transfer: { readonly from: Address; readonly to: Address; readonly coins: Coins },
): void {
  const { addresses } = context.block;
  context.events.emit("transfer", {
    recipient: addresses.text(transfer.to),
    sender: addresses.text(transfer.from),
    amount: coinsToText(transfer.coins),
  });
}

export function emitBurn(context: Context, burnt: { from: Address; coins: Coins }): void {
  const burner = context.block.addresses.text(burnt.from);
  context.events.emit("burn", { burner, amount: coinsToText(burnt.coins) });
}
