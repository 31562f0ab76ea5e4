/** Amounts in state are decimal digits, as the SDK's `math.Int` writes them. */
import { defined } from "@pyralog/chain/base";
import { amountFromText, type StateCodec } from "@pyralog/chain/execution";

export const amountCodec: StateCodec<bigint> = {
  encode(amount) {
    const text = amount.toString();
    const bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index);
    return bytes;
  },
  decode(bytes) {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return defined(amountFromText(text), "the state holds amounts where amounts belong");
  },
};
