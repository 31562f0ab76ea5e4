/** Twenty bytes in their two spellings, bech32 and 0x (DESIGN §6.3). */
import { bytesFromHex, bytesFromText, hexFromBytes } from "@pyralog/chain/base";
import { Bech32Error, bech32FromBytes, bytesFromBech32, keccak256 } from "@pyralog/chain/crypto";
import { RenderError } from "./render-error.ts";

const length = 20;

/** @throws RenderError `ADDRESS_INVALID` saying what is wrong with it. */
export function addressFromText(text: string, prefix: string): Uint8Array {
  return /^0x/i.test(text) ? fromHex(text, prefix) : fromBech32(text, prefix);
}

export function bech32FromAddress(address: Uint8Array, prefix: string): string {
  return bech32FromBytes({ prefix, bytes: address });
}

/** With the capitals that check it (EIP-55). */
export function hexFromAddress(address: Uint8Array): string {
  const digits = hexFromBytes(address);
  const check = hexFromBytes(keccak256(bytesFromText(digits)));
  const checked = digits
    .split("")
    .map((digit, index) =>
      Number.parseInt(check[index] ?? "0", 16) >= 8 ? digit.toUpperCase() : digit,
    );
  return `0x${checked.join("")}`;
}

export function isAddressLike(text: string): boolean {
  return /^0x/i.test(text) || /^[a-z0-9]{1,83}1[02-9ac-hj-np-z]{6,}$/i.test(text);
}

function fromHex(text: string, prefix: string): Uint8Array {
  const digits = text.slice(2);
  if (!/^[0-9a-fA-F]{40}$/.test(digits)) {
    throw invalid(text, { problem: "has not 40 hexadecimal digits after 0x", prefix });
  }
  const address = bytesFromHex(digits);
  const isMixed = digits !== digits.toLowerCase() && digits !== digits.toUpperCase();
  if (isMixed && hexFromAddress(address) !== `0x${digits}`) {
    throw invalid(text, {
      problem: "has a typing error: its capitals do not fit (EIP-55)",
      prefix,
    });
  }
  return address;
}

function fromBech32(text: string, prefix: string): Uint8Array {
  try {
    const decoded = bytesFromBech32(text);
    if (decoded.prefix !== prefix) {
      const problem = `belongs to a chain whose addresses begin with ${decoded.prefix}1`;
      throw invalid(text, { problem, prefix });
    }
    if (decoded.bytes.length === length) return decoded.bytes;
    throw invalid(text, { problem: `holds ${decoded.bytes.length} bytes, not ${length}`, prefix });
  } catch (error) {
    if (!(error instanceof Bech32Error)) throw error;
    throw invalid(text, { problem: "is no address, or has a typing error", prefix });
  }
}

function invalid(
  text: string,
  reason: { readonly problem: string; readonly prefix: string },
): RenderError {
  const { problem, prefix } = reason;
  return new RenderError({
    code: "ADDRESS_INVALID",
    message: `"${text}" ${problem}; write ${prefix}1…, 0x…, or the name of a key of yours`,
    facts: { address: text },
  });
}
