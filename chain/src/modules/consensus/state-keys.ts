/** Where the consensus parameters are kept. */
import { bytesFromText } from "#base";

export const paramsKey = bytesFromText("consensus/\u0000");
