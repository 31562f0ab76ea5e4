/**
 * Between people and values: amounts in exact decimals, addresses in both spellings, tables, and
 * the streams that a command's words go to. It knows no chain but by the units it is given.
 */
export {
  amountFromText,
  amountsFromText,
  bothFromAmount,
  displayFromAmount,
  type Amount,
  type Unit,
} from "./amount.ts";
export { addressFromText, bech32FromAddress, hexFromAddress, isAddressLike } from "./address.ts";
export { Output, type JsonValue, type Result, type Streams } from "./output.ts";
export { plain } from "./plain.ts";
export { RenderError, type RenderErrorCode } from "./render-error.ts";
export { tableFromRows } from "./table.ts";
