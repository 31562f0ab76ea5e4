import { hexFromBytes } from "@pyralog/chain/base";
import type { Context } from "../context.ts";

/** One key's public side. */
export function showKey(context: Context, name: string): void {
  const { address, publicKey, dev } = context.keystore.show(name);
  const spelled = context.spelled(address, context.prefix);
  const key = hexFromBytes(publicKey);
  context.output.answer({
    json: { name, ...spelled, publicKey: key, dev },
    text: [
      `name        ${name}`,
      `address     ${spelled.address}`,
      `hex         ${spelled.hex}`,
      `public key  ${key}`,
      ...(dev ? ["dev only    its secret lies open in this home"] : []),
    ].join("\n"),
  });
}
