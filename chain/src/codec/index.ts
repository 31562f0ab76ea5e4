/**
 * The messages of every wire, described as tables of fields: the protobuf wire format itself, then
 * CometBFT's data and envelopes. What the values mean, and which are allowed, is said
 * by the modules above; a table only fixes names, numbers and types.
 */
export * from "./wire/index.ts";
export * from "./comet-types.ts";
export * from "./comet-messages.ts";
export * from "./cosmos/index.ts";
