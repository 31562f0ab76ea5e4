export * from "./codec-error.ts";
export {
  bool,
  bytes,
  byteStrings,
  enumeration,
  fixed64,
  int32,
  int32s,
  int64,
  int64s,
  sfixed64,
  string,
  strings,
  uint32,
  uint32s,
  uint64,
  uint64s,
  type DecodeRules,
  type Field,
} from "./field.ts";
export {
  embedded,
  message,
  optional,
  repeated,
  type Message,
  type MessageValue,
} from "./message.ts";
export { Reader } from "./reader.ts";
export { Writer } from "./writer.ts";
