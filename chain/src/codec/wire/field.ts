/**
 * The fields of a message, described as data. What a field's bytes look like stands here and
 * nowhere else; `message.ts` puts fields together.
 */
import { emptyBytes } from "#base";
import { codecError } from "./codec-error.ts";
import type { Reader } from "./reader.ts";
import type { Writer } from "./writer.ts";

/** How a decoder treats what the message's description does not foresee. */
export interface DecodeRules {
  /** `"reject-critical"` tolerates numbers from 1024 on (Cosmos ADR-020, bit 11). */
  readonly unknown: "skip" | "reject" | "reject-critical";
  /** ADR-027: ascending order, no repetition, shortest varints, no defaults on the wire. */
  readonly strict: boolean;
  readonly depthMax: number;
  /** Entries of repeated fields in the whole message, those of messages inside it included. */
  readonly itemsMax: number;
}

export interface Field<Value> {
  readonly number: number;
  readonly wireType: 0 | 1 | 2 | 5;
  /** `repeated` collects, everything else replaces. */
  readonly repeated: boolean;
  /** What a message has that does not carry the field. */
  readonly absent: () => Value;
  /** Writes tag and value, or nothing for a default that the wire leaves out. */
  write(writer: Writer, value: Value): void;
  /** `before` is the value read so far. A packed list arrives with wire type 2. */
  read(reader: Reader, context: ReadContext<Value>): Value;
  isDefault(value: Value): boolean;
}

interface ReadContext<Value> {
  readonly wireType: number;
  readonly before: Value;
  readonly rules: DecodeRules;
  readonly depth: number;
}

interface Scalar<Value> {
  readonly wireType: 0 | 1 | 2 | 5;
  readonly zero: Value;
  write(writer: Writer, value: Value): void;
  read(reader: Reader): Value;
  isZero(value: Value): boolean;
}

const scalars = {
  string: scalar<string>(2, {
    zero: "",
    write: (writer, value) => writer.string(value),
    read: (reader) => reader.string(),
  }),
  bytes: {
    ...scalar<Uint8Array>(2, {
      zero: emptyBytes,
      write: (writer, value) => writer.bytes(value),
      read: (reader) => reader.bytes(),
    }),
    isZero: (value: Uint8Array) => value.length === 0,
  },
  bool: scalar<boolean>(0, {
    zero: false,
    write: (writer, value) => writer.uint32(value ? 1 : 0),
    read: (reader) => reader.bool(),
  }),
  uint32: scalar<number>(0, {
    zero: 0,
    write: (writer, value) => writer.uint32(value),
    read: (reader) => reader.uint32(),
  }),
  int32: scalar<number>(0, {
    zero: 0,
    write: (writer, value) => writer.varint(BigInt(value)),
    read: (reader) => reader.int32(),
  }),
  uint64: scalar<bigint>(0, {
    zero: 0n,
    write: (writer, value) => writer.varint(value),
    read: (reader) => reader.uint64(),
  }),
  int64: scalar<bigint>(0, {
    zero: 0n,
    write: (writer, value) => writer.varint(value),
    read: (reader) => reader.int64(),
  }),
  fixed64: scalar<bigint>(1, {
    zero: 0n,
    write: (writer, value) => writer.fixed64(value),
    read: (reader) => reader.fixed64(),
  }),
  sfixed64: scalar<bigint>(1, {
    zero: 0n,
    write: (writer, value) => writer.fixed64(value),
    read: (reader) => reader.sfixed64(),
  }),
};

function scalar<Value>(
  wireType: 0 | 1 | 2 | 5,
  rest: Omit<Scalar<Value>, "wireType" | "isZero">,
): Scalar<Value> {
  return { ...rest, wireType, isZero: (value) => value === rest.zero };
}

function single<Value>(number: number, kind: Scalar<Value>): Field<Value> {
  const tag = number * 8 + kind.wireType;
  return {
    number,
    wireType: kind.wireType,
    repeated: false,
    absent: () => kind.zero,
    isDefault: (value) => kind.isZero(value),
    write(writer, value) {
      if (kind.isZero(value)) return;
      writer.uint32(tag);
      kind.write(writer, value);
    },
    read(reader, { wireType }) {
      expectWireType(wireType, kind.wireType, number);
      return kind.read(reader);
    },
  };
}

export function expectWireType(got: number, ...rest: readonly [number, number]): void {
  const [wanted, number] = rest;
  if (got !== wanted) throw codecError("WIRE_TYPE_MISMATCH", { field: number, wireType: got });
}

/** A list; `packed` writes numbers in one piece, and either form is read (proto3). */
function list<Value>(
  number: number,
  options: { readonly kind: Scalar<Value>; readonly packed: boolean },
): Field<readonly Value[]> {
  const { kind, packed } = options;
  return {
    number,
    wireType: packed ? 2 : kind.wireType,
    repeated: !packed,
    absent: () => [],
    isDefault: (values) => values.length === 0,
    write(writer, values) {
      if (packed && values.length > 0) {
        writer.uint32(number * 8 + 2);
        const opened = writer.open();
        for (const value of values) kind.write(writer, value);
        writer.close(opened);
        return;
      }
      for (const value of values) {
        writer.uint32(number * 8 + kind.wireType);
        kind.write(writer, value);
      }
    },
    read(reader, { wireType, before }) {
      if (kind.wireType === 2 || wireType !== 2) {
        expectWireType(wireType, kind.wireType, number);
        reader.item();
        return append(before, kind.read(reader));
      }
      const values = before as Value[];
      const outer = reader.enter();
      while (!reader.atEnd) {
        reader.item();
        values.push(kind.read(reader));
      }
      reader.leave(outer);
      return values;
    },
  };
}

/** The decoder owns the list that `absent` made, so it may grow it in place. */
export function append<Value>(before: readonly Value[], value: Value): readonly Value[] {
  (before as Value[]).push(value);
  return before;
}

export const string = (number: number): Field<string> => single(number, scalars.string);
export const bytes = (number: number): Field<Uint8Array> => single(number, scalars.bytes);
export const bool = (number: number): Field<boolean> => single(number, scalars.bool);
export const uint32 = (number: number): Field<number> => single(number, scalars.uint32);
export const int32 = (number: number): Field<number> => single(number, scalars.int32);
/** Enumerations travel as int32; their names live with the module that gives them meaning. */
export const enumeration = (number: number): Field<number> => int32(number);
export const uint64 = (number: number): Field<bigint> => single(number, scalars.uint64);
export const int64 = (number: number): Field<bigint> => single(number, scalars.int64);
export const fixed64 = (number: number): Field<bigint> => single(number, scalars.fixed64);
export const sfixed64 = (number: number): Field<bigint> => single(number, scalars.sfixed64);
export const strings = (number: number): Field<readonly string[]> =>
  list(number, { kind: scalars.string, packed: false });
export const byteStrings = (number: number): Field<readonly Uint8Array[]> =>
  list(number, { kind: scalars.bytes, packed: false });
export const uint64s = (number: number): Field<readonly bigint[]> =>
  list(number, { kind: scalars.uint64, packed: true });
export const int64s = (number: number): Field<readonly bigint[]> =>
  list(number, { kind: scalars.int64, packed: true });
export const uint32s = (number: number): Field<readonly number[]> =>
  list(number, { kind: scalars.uint32, packed: true });
/** A packed list of enumeration values, as `repeated SignMode`. */
export const int32s = (number: number): Field<readonly number[]> =>
  list(number, { kind: scalars.int32, packed: true });
