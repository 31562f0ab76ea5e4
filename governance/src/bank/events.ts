/** What bank tells of coins that move, under the SDK's names. */
import type { Context } from "@pyralog/chain/execution";
import type { Address } from "@pyralog/chain/types";

/** Amounts come as text: one payment tells the same one three times. */
export function emitSpent(context: Context, spent: { from: Address; amount: string }): void {
  const spender = context.block.addresses.text(spent.from);
  context.events.emit("coin_spent", { spender, amount: spent.amount });
}

export function emitReceived(context: Context, received: { to: Address; amount: string }): void {
  const receiver = context.block.addresses.text(received.to);
  context.events.emit("coin_received", { receiver, amount: received.amount });
}

export function emitTransfer(
  context: Context,
  transfer: { readonly from: Address; readonly to: Address; readonly amount: string },
): void {
  const { addresses } = context.block;
  context.events.emit("transfer", {
    recipient: addresses.text(transfer.to),
    sender: addresses.text(transfer.from),
    amount: transfer.amount,
  });
}

export function emitBurn(context: Context, burnt: { from: Address; amount: string }): void {
  const burner = context.block.addresses.text(burnt.from);
  context.events.emit("burn", { burner, amount: burnt.amount });
}
