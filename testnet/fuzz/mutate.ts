/** Small changes to bytes: most leave an input readable, and some make it what nobody wrote. */
import { concatBytes, type Prng } from "@pyralog/chain/base";
import { mutateJson } from "./mutate-json.ts";
import { mutateProtobuf } from "./mutate-protobuf.ts";
import type { Target } from "./target.ts";

const changesMax = 4;
const inputBytesMax = 64 * 1024;
const interesting = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x22, 0x30];

interface By {
  readonly target: Target;
  readonly prng: Prng;
  /** An input to take from. */
  readonly other: Uint8Array;
}

type Change = (bytes: Uint8Array, prng: Prng) => Uint8Array;

const changes: readonly Change[] = [
  withByte((byte, prng) => byte ^ (1 << prng.below(8))),
  withByte((_, prng) => interesting[prng.below(interesting.length)] ?? 0),
  withByte((_, prng) => prng.below(256)),
  withByte((byte, prng) => byte + prng.below(35) - 17),
  (bytes, prng) => {
    const [from, to] = span(bytes, prng);
    return concatBytes([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, prng) => {
    const [from, to] = span(bytes, prng);
    const at = prng.below(bytes.length + 1);
    return concatBytes([bytes.subarray(0, at), bytes.subarray(from, to), bytes.subarray(at)]);
  },
  (bytes, prng) => {
    const at = prng.below(bytes.length + 1);
    const more = Uint8Array.from({ length: 1 + prng.below(8) }, () => prng.below(256));
    return concatBytes([bytes.subarray(0, at), more, bytes.subarray(at)]);
  },
  (bytes, prng) => bytes.subarray(0, prng.below(bytes.length + 1)),
];

/** Another input like this one, and now and then like two of them. */
export function mutate(input: Uint8Array, by: By): Uint8Array {
  const { prng, other } = by;
  let bytes = input;
  for (let count = 1 + prng.below(changesMax); count > 0; count--) {
    const choice = prng.below(10);
    if (choice < 4) bytes = mutateShape(bytes, by);
    else if (choice === 4) bytes = spliced(bytes, { other, prng });
    else if (choice === 5) bytes = withToken(bytes, by);
    else bytes = changes[prng.below(changes.length)]?.(bytes, prng) ?? bytes;
  }
  return bytes.slice(0, inputBytesMax);
}

function mutateShape(bytes: Uint8Array, { target, prng }: By): Uint8Array {
  const { shape, prefixBytes, tokens } = target;
  const [prefix, rest] = [bytes.subarray(0, prefixBytes), bytes.subarray(prefixBytes)];
  const changed = mutatorOf(shape)?.(rest, { prng, tokens });
  if (changed !== undefined) return concatBytes([prefix, changed]);
  return changes[prng.below(changes.length)]?.(bytes, prng) ?? bytes;
}

function mutatorOf(shape: Target["shape"]): typeof mutateJson | undefined {
  switch (shape) {
    case "bytes":
      return undefined;
    case "json":
      return mutateJson;
    case "protobuf":
      return mutateProtobuf;
  }
}

function withByte(change: (byte: number, prng: Prng) => number): Change {
  return (bytes, prng) => {
    if (bytes.length === 0) return Uint8Array.of(prng.below(256));
    const at = prng.below(bytes.length);
    return bytes.with(at, change(bytes[at] ?? 0, prng) & 0xff);
  };
}

function span(bytes: Uint8Array, prng: Prng): readonly [from: number, to: number] {
  const from = prng.below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + 1 + prng.below(32))];
}

function spliced(
  bytes: Uint8Array,
  by: { readonly other: Uint8Array; readonly prng: Prng },
): Uint8Array {
  const { other, prng } = by;
  const head = bytes.subarray(0, prng.below(bytes.length + 1));
  return concatBytes([head, other.subarray(prng.below(other.length + 1))]);
}

function withToken(bytes: Uint8Array, { target, prng }: By): Uint8Array {
  const { tokens } = target;
  const token = tokens[prng.below(Math.max(1, tokens.length))];
  if (token === undefined) return bytes;
  const at = prng.below(bytes.length + 1);
  const rest = prng.below(2) === 0 ? bytes.subarray(at) : bytes.subarray(at + token.length);
  return concatBytes([bytes.subarray(0, at), token, rest]);
}
