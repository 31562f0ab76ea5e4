/**
 * A message is a table of fields. From one table come the type, the encoder (field order of the
 * numbers, defaults left out unless a field says otherwise) and the decoder with its limits.
 */
import { codecError } from "./codec-error.ts";
import { append, expectWireType, type DecodeRules, type Field } from "./field.ts";
import { Reader } from "./reader.ts";
import { Writer } from "./writer.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- a table holds fields of every type
type Fields = Readonly<Record<string, Field<any>>>;

type ValueOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer Value> ? Value : never;
};

export interface Message<Value> {
  /** The full protobuf name, without a leading slash. */
  readonly name: string;
  encode(value: Value): Uint8Array;
  /** @throws CodecError when the bytes are not such a message under the rules. */
  decode(bytes: Uint8Array, rules?: Partial<DecodeRules>): Value;
  /** A message with every field absent. */
  empty(): Value;
  write(writer: Writer, value: Value): void;
  read(reader: Reader, context: { readonly rules: DecodeRules; readonly depth: number }): Value;
}

export type MessageValue<M> = M extends Message<infer Value> ? Value : never;

/** The writer that the last message left, if it is not too large to keep. */
let spare: Writer | undefined;
const spareBytesMax = 1024 * 1024;

const rulesDefault: DecodeRules = {
  unknown: "skip",
  strict: false,
  depthMax: 64,
  itemsMax: Number.MAX_SAFE_INTEGER,
};

export function message<F extends Fields>(name: string, fields: F): Message<ValueOf<F>> {
  return new FieldTable<F>(name, fields);
}

interface NamedField {
  readonly name: string;
  readonly type: Field<unknown>;
}

/** One for all fields of a message, since there are many of them. */
interface FieldContext {
  wireType: number;
  before: unknown;
  readonly rules: DecodeRules;
  readonly depth: number;
}

class FieldTable<F extends Fields> implements Message<ValueOf<F>> {
  readonly name: string;
  /** In the order of the numbers. */
  readonly #ordered: readonly NamedField[];
  readonly #byNumber = new Map<number, NamedField>();

  constructor(name: string, fields: F) {
    this.name = name;
    this.#ordered = Object.entries(fields)
      .map(([field, type]) => ({ name: field, type }))
      .toSorted((one, other) => one.type.number - other.type.number);
    for (const field of this.#ordered) this.#byNumber.set(field.type.number, field);
  }

  empty(): ValueOf<F> {
    return this.#absent() as ValueOf<F>;
  }

  #absent(): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    for (const { name, type } of this.#ordered) value[name] = type.absent();
    return value;
  }

  encode(value: ValueOf<F>): Uint8Array {
    const writer = spare ?? new Writer();
    // Until it is done: a getter of the value that encodes something finds none to disturb.
    spare = undefined;
    this.write(writer, value);
    const encoded = writer.finish();
    if (writer.capacity <= spareBytesMax) spare = writer;
    return encoded;
  }

  write(writer: Writer, value: ValueOf<F>): void {
    for (const { name, type } of this.#ordered) type.write(writer, value[name]);
  }

  decode(bytes: Uint8Array, rules: Partial<DecodeRules> = {}): ValueOf<F> {
    const whole = { ...rulesDefault, ...rules };
    return this.read(new Reader(bytes, whole), { rules: whole, depth: 1 });
  }

  read(
    reader: Reader,
    context: { readonly rules: DecodeRules; readonly depth: number },
  ): ValueOf<F> {
    const { rules, depth } = context;
    if (depth > rules.depthMax) throw codecError("NESTING_TOO_DEEP", { depthMax: rules.depthMax });
    const value = this.#absent();
    const field: FieldContext = { wireType: 0, before: undefined, rules, depth };
    let last = 0;
    while (!reader.atEnd) {
      const tag = reader.tag();
      const number = Math.floor(tag / 8);
      field.wireType = tag % 8;
      const known = this.#byNumber.get(number);
      if (rules.strict) refuseDisorder({ last, number, repeated: known?.type.repeated ?? true });
      last = number;
      if (known === undefined) {
        this.#unknown(reader, { number, wireType: field.wireType, rules });
        continue;
      }
      const { name, type } = known;
      field.before = value[name];
      const read = type.read(reader, field);
      if (rules.strict && type.isDefault(read))
        throw codecError("FIELD_DEFAULT", { field: number });
      value[name] = read;
    }
    return value as ValueOf<F>;
  }

  #unknown(
    reader: Reader,
    field: { readonly number: number; readonly wireType: number; readonly rules: DecodeRules },
  ): void {
    const critical = field.number < 1024 || (field.number & 1024) === 0;
    const { unknown } = field.rules;
    if (unknown === "reject" || (unknown === "reject-critical" && critical)) {
      throw codecError("FIELD_UNKNOWN", { message: this.name, field: field.number });
    }
    reader.skip(field.wireType);
  }
}

function refuseDisorder(field: {
  readonly last: number;
  readonly number: number;
  readonly repeated: boolean;
}): void {
  if (field.number < field.last) throw codecError("FIELD_ORDER", { field: field.number });
  if (field.number === field.last && !field.repeated) {
    throw codecError("FIELD_REPEATED", { field: field.number });
  }
}

/** A message inside a message, left out when absent. */
export function optional<Value>(number: number, type: Message<Value>): Field<Value | undefined> {
  return nested<Value, undefined>(number, { type, absent: () => undefined });
}

/** gogoproto's `nullable = false`: always written, even when every field in it is absent. */
export function embedded<Value>(number: number, type: Message<Value>): Field<Value> {
  return nested<Value, never>(number, { type, absent: () => type.empty() });
}

function nested<Value, None>(
  number: number,
  options: { readonly type: Message<Value>; readonly absent: () => Value | None },
): Field<Value | None> {
  const { type, absent } = options;
  return {
    number,
    wireType: 2,
    repeated: false,
    absent,
    isDefault: () => false,
    write(writer, value) {
      if (value === undefined) return;
      writer.uint32(number * 8 + 2);
      const opened = writer.open();
      type.write(writer, value as Value);
      writer.close(opened);
    },
    read(reader, { wireType, rules, depth }) {
      expectWireType(wireType, 2, number);
      return readNested(reader, { type, rules, depth });
    },
  };
}

export function repeated<Value>(number: number, type: Message<Value>): Field<readonly Value[]> {
  return {
    number,
    wireType: 2,
    repeated: true,
    absent: () => [],
    isDefault: () => false,
    write(writer, values) {
      for (const value of values) {
        writer.uint32(number * 8 + 2);
        const opened = writer.open();
        type.write(writer, value);
        writer.close(opened);
      }
    },
    read(reader, { wireType, before, rules, depth }) {
      expectWireType(wireType, 2, number);
      reader.item();
      return append(before, readNested(reader, { type, rules, depth }));
    },
  };
}

function readNested<Value>(
  reader: Reader,
  options: { readonly type: Message<Value>; readonly rules: DecodeRules; readonly depth: number },
): Value {
  const outer = reader.enter();
  const value = options.type.read(reader, { rules: options.rules, depth: options.depth + 1 });
  reader.leave(outer);
  return value;
}
