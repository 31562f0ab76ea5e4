/**
 * Whether two answers agree: the same members, types and encodings, the same error codes and
 * texts. Values may differ, as the two are different chains; where a text names one (a height, a
 * hash), the value in it may differ too.
 */
import type { Answered } from "./ask.ts";

/** What differs, as lines to read. */
export function differencesOf(original: Answered, ours: Answered): readonly string[] {
  const found: string[] = [];
  for (const part of ["status", "type", "cacheControl"] as const) {
    if (original[part] !== ours[part]) {
      found.push(`${part}: the original says ${original[part]}, ours ${ours[part]}`);
    }
  }
  if (original.bodies.length !== ours.bodies.length) {
    found.push(
      `${original.bodies.length} messages from the original, ${ours.bodies.length} from us`,
    );
  }
  for (const [index, body] of original.bodies.entries()) {
    found.push(...differencesIn({ path: "", original: body, ours: ours.bodies[index] }));
  }
  return found;
}

interface Pair {
  readonly path: string;
  readonly original: unknown;
  readonly ours: unknown;
}

/** Members whose values are words of the chain, its operator or its application. */
const freeText =
  /(?:^|\.)(?:moniker|chain_id|network|log|info|name|listen_addr|rpc_address|version|id)$|response\.data$|listeners\[\]$|attributes\[\]\.(?:key|value)$|events\[\]\.type$|round_state\.(?:\S*)(?:prevotes|precommits|votes)\S*$|^result\.query$/;
/** Bytes and lists that Go writes as null where there are none. */
const nullable =
  /(?:^|\.)(?:data|key|value|proofOps|txs_results|finalize_block_events|validator_updates|consensus_param_updates|app_hash|last_commit|proposal|proposal_block|proposal_block_parts|locked_block|locked_block_parts|valid_block|valid_block_parts|last_validators|events|codespace)$/;
/** Objects whose members are names that somebody chose. */
const open = /(?:^|\.)(?:other|app_state|peer_maj_23s)$|^result\.events$/;
/** Members that Go leaves out where they are zero. */
const optional =
  /(?:^|\.)(?:app|app_version|version|index|code|gas_wanted|gas_used|codespace|log|info|data|events|tx_results|app_hash|last_block_height|last_block_app_hash|attributes|app_state)$/;

function* differencesIn({ path, original, ours }: Pair): Generator<string> {
  const kinds = [kindOf(original), kindOf(ours)];
  if (kinds[0] !== kinds[1]) {
    if (nullable.test(path) && kinds.includes("null")) return;
    yield `${path}: the original has ${kinds[0]}, ours ${kinds[1]} (${shown(ours)})`;
  } else if (isObject(original) && isObject(ours)) {
    yield* differencesOfObjects({ path, original, ours });
  } else if (Array.isArray(original) && Array.isArray(ours)) {
    yield* differencesOfLists({ path, original, ours });
  } else if (typeof original === "string" && typeof ours === "string") {
    yield* differencesOfTexts({ path, original, ours });
  } else if (path.endsWith("error.code") && original !== ours) {
    yield `${path}: the original says ${String(original)}, ours ${String(ours)}`;
  }
}

function* differencesOfLists(pair: {
  readonly path: string;
  readonly original: readonly unknown[];
  readonly ours: readonly unknown[];
}): Generator<string> {
  const { path, original, ours } = pair;
  // One element speaks for all. A list may be empty on one side: the chains are two.
  if (original.length === 0 || ours.length === 0) return;
  yield* differencesIn({ path: `${path}[]`, original: original[0], ours: ours[0] });
}

function* differencesOfObjects(pair: {
  readonly path: string;
  readonly original: Readonly<Record<string, unknown>>;
  readonly ours: Readonly<Record<string, unknown>>;
}): Generator<string> {
  const { path, original, ours } = pair;
  if (open.test(path)) return;
  for (const name of new Set([...Object.keys(original), ...Object.keys(ours)])) {
    const inner = path === "" ? name : `${path}.${name}`;
    const [here, there] = [Object.hasOwn(original, name), Object.hasOwn(ours, name)];
    if (here && there) {
      yield* differencesIn({ path: inner, original: original[name], ours: ours[name] });
    } else if (!optional.test(inner)) {
      yield `${inner}: ${here ? "ours lacks it" : "the original lacks it"}`;
    }
  }
}

function* differencesOfTexts(pair: {
  readonly path: string;
  readonly original: string;
  readonly ours: string;
}): Generator<string> {
  const { path, original, ours } = pair;
  if (original === ours) return;
  if (/error\.(?:data|message)$/.test(path) || path === "") {
    if (withoutValues(original) === withoutValues(ours)) return;
    yield `${path}: the original says ${JSON.stringify(original)}, ours ${JSON.stringify(ours)}`;
    return;
  }
  if (freeText.test(path) || original === "" || ours === "") return;
  const classes = encodingsOf(original);
  if (classes.some((name) => encodingsOf(ours).includes(name))) return;
  yield `${path}: the original writes ${original.slice(0, 60)}, ours ${ours.slice(0, 60)}`;
}

/** A text may be several of the first; it is one of the others only where it is none of these. */
const digits: readonly (readonly [string, RegExp])[] = [
  ["decimal", /^-?\d+$/],
  ["upper hex", /^(?:[0-9A-F]{2})+$/],
  ["lower hex", /^(?:[0-9a-f]{2})+$/],
];
const others: readonly (readonly [string, RegExp])[] = [
  ["time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/],
  ["place", /^\d+\/\d+\/\d+$/],
  ["base64", /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/],
  ["type", /^[a-z]+(?:[./]\w+)+$/],
  ["word", /^[A-Za-z]\w+$/],
];

function encodingsOf(text: string): readonly string[] {
  const numeric = digits.filter(([, pattern]) => pattern.test(text));
  const rest = others.filter(([, pattern]) => pattern.test(text)).slice(0, 1);
  return (numeric.length > 0 ? numeric : rest).map(([name]) => name);
}

/** Heights that move on, hashes, ports, and the page's own links. */
function withoutValues(text: string): string {
  return text
    .replaceAll(/(?<=blockchain height )\d+/g, "N")
    .replaceAll(/127\.0\.0\.1:\d+/g, "HOST")
    .replaceAll(/(?<=tx \()[0-9A-F]{64}(?=\) not found)/g, "HASH");
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return kindOf(value) === "object";
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? "nothing").slice(0, 100);
}
