/** Where the chain's identity is kept. */
import { bytesFromText } from "#base";

export const identityKey = bytesFromText("pyralog/\u0000");
