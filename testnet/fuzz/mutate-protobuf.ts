/** Changes to protobuf bytes field by field, with the lengths around them put right again. */
import { concatBytes, type Prng } from "@pyralog/chain/base";

interface Field {
  readonly number: bigint;
  readonly wireType: number;
  /** Of a varint or a fixed number. */
  readonly value: bigint;
  /** Of a field with a length. */
  readonly bytes: Uint8Array;
}

const depthMax = 12;
const values = [0n, 1n, 127n, 128n, 2n ** 31n - 1n, 2n ** 32n, 2n ** 63n - 1n, 2n ** 63n];
const none = new Uint8Array(0);

/** Nothing where the bytes are no message. */
export function mutateProtobuf(
  bytes: Uint8Array,
  by: { readonly prng: Prng; readonly tokens: readonly Uint8Array[] },
): Uint8Array | undefined {
  return mutateMessage(bytes, { ...by, depth: 0 });
}

interface Way {
  readonly prng: Prng;
  readonly tokens: readonly Uint8Array[];
  readonly depth: number;
}

function mutateMessage(bytes: Uint8Array, way: Way): Uint8Array | undefined {
  const fields = fieldsOf(bytes);
  if (fields === undefined || fields.length === 0) return undefined;
  const { prng, depth } = way;
  const at = prng.below(fields.length);
  const field = fields[at];
  if (field === undefined) return undefined;
  if (field.wireType === 2 && depth < depthMax && prng.below(4) > 0) {
    const inner = mutateMessage(field.bytes, { ...way, depth: depth + 1 });
    if (inner !== undefined) return encode(fields.with(at, { ...field, bytes: inner }));
  }
  return encode(changedFields(fields, { at, field, way }));
}

function changedFields(
  fields: readonly Field[],
  chosen: { readonly at: number; readonly field: Field; readonly way: Way },
): readonly Field[] {
  const { at, field, way } = chosen;
  const { prng } = way;
  const other = fields[prng.below(fields.length)] ?? field;
  switch (prng.below(7)) {
    case 0:
      return fields.toSpliced(at, 1);
    case 1:
      return fields.toSpliced(at, 0, field);
    case 2:
      return fields.with(at, { ...other, number: field.number });
    case 3:
      return fields.with(at, { ...field, number: BigInt(1 + prng.below(20)) });
    case 4:
      return fields.with(at, { ...field, bytes: encode([{ ...field, bytes: field.bytes }]) });
    case 5:
      return fields.toReversed();
    default:
      return fields.with(at, { ...field, ...newContent(field, way) });
  }
}

function newContent(field: Field, { prng, tokens }: Way): Partial<Field> {
  if (field.wireType !== 2) return { value: values[prng.below(values.length)] ?? 0n };
  const token = tokens[prng.below(Math.max(1, tokens.length))] ?? none;
  const half = field.bytes.subarray(0, prng.below(field.bytes.length + 1));
  const long = new Uint8Array(field.bytes.length + 1 + prng.below(64)).fill(prng.below(256));
  return { bytes: [token, half, long, none][prng.below(4)] ?? none };
}

function fieldsOf(bytes: Uint8Array): readonly Field[] | undefined {
  const fields: Field[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = varintAt(bytes, at);
    if (tag === undefined) return undefined;
    const content = contentAt(bytes, { at: tag.end, wireType: Number(tag.value & 7n) });
    if (content === undefined) return undefined;
    fields.push({ number: tag.value >> 3n, ...content.field });
    at = content.end;
  }
  return fields;
}

function contentAt(
  bytes: Uint8Array,
  place: { readonly at: number; readonly wireType: number },
): { readonly field: Omit<Field, "number">; readonly end: number } | undefined {
  const { at, wireType } = place;
  if (wireType === 1 || wireType === 5) {
    const end = at + (wireType === 1 ? 8 : 4);
    if (end > bytes.length) return undefined;
    let value = 0n;
    for (const byte of bytes.subarray(at, end).toReversed()) value = (value << 8n) | BigInt(byte);
    return { field: { wireType, value, bytes: none }, end };
  }
  const number = varintAt(bytes, at);
  if (number === undefined || (wireType !== 0 && wireType !== 2)) return undefined;
  if (wireType === 0)
    return { field: { wireType, value: number.value, bytes: none }, end: number.end };
  const end = number.end + Number(number.value);
  if (end > bytes.length) return undefined;
  return { field: { wireType, value: 0n, bytes: bytes.subarray(number.end, end) }, end };
}

function varintAt(
  bytes: Uint8Array,
  at: number,
): { readonly value: bigint; readonly end: number } | undefined {
  let value = 0n;
  for (let place = 0; place < 10; place++) {
    const byte = bytes[at + place];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * place);
    if (byte < 0x80) return { value, end: at + place + 1 };
  }
  return undefined;
}

function encode(fields: readonly Field[]): Uint8Array {
  return concatBytes(
    fields.flatMap(({ number, wireType, value, bytes }) => {
      const tag = varint((number << 3n) | BigInt(wireType));
      if (wireType === 2) return [tag, varint(BigInt(bytes.length)), bytes];
      return [tag, wireType === 0 ? varint(value) : fixed(value, wireType === 1 ? 8 : 4)];
    }),
  );
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, value);
  for (; left > 0x7fn; left >>= 7n) bytes.push(Number(left & 0x7fn) | 0x80);
  return Uint8Array.from([...bytes, Number(left)]);
}

function fixed(value: bigint, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}
