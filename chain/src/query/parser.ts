/** Conditions out of tokens, refused with CometBFT's messages (query/syntax/parser.go). */
import { ok, refused, type Result } from "#base";
import { decimalFromText } from "./decimal.ts";
import { QueryError, type Condition, type Operand, type Operator, type Query } from "./query.ts";
import { Scanner, type Token, type TokenKind } from "./scanner.ts";

/** In the order in which CometBFT names them. */
const operators: readonly Operator[] = ["<=", ">=", "<", ">", "=", "CONTAINS", "EXISTS"];

const operandKinds: Readonly<Record<Operator, readonly TokenKind[]>> = {
  "<=": ["number", "time", "date"],
  ">=": ["number", "time", "date"],
  "<": ["number", "time", "date"],
  ">": ["number", "time", "date"],
  "=": ["number", "time", "date", "string"],
  CONTAINS: ["string"],
  EXISTS: [],
};

const labels: Readonly<Record<TokenKind, string>> = {
  tag: "tag",
  string: "string",
  number: "number",
  time: "timestamp",
  date: "datestamp",
  AND: "AND operator",
  CONTAINS: "CONTAINS operator",
  EXISTS: "EXISTS operator",
  "=": "= operator",
  "<": "< operator",
  "<=": "<= operator",
  ">": "> operator",
  ">=": ">= operator",
};

/** The caller bounds the length of the text; one pass reads it. */
export function parseQuery(text: string): Result<Query, QueryError> {
  const scanner = new Scanner(text);
  const conditions: Condition[] = [];
  for (;;) {
    const condition = parseCondition(scanner);
    if (condition.kind === "refused") return condition;
    conditions.push(condition.value);
    const joint = scanner.next();
    if (joint.kind === "refused" && joint.error.kind === "end") return ok({ conditions });
    if (joint.kind === "ok" && joint.value.kind === "AND") continue;
    const got = joint.kind === "ok" ? labels[joint.value.kind] : "invalid token";
    const { offset } = joint.kind === "ok" ? joint.value : joint.error;
    // The number of the AND token: CometBFT forgets to spell it here.
    return malformed(offset, `got ${got}, want 6`);
  }
}

function parseCondition(scanner: Scanner): Result<Condition, QueryError> {
  const key = require(scanner, ["tag"]);
  if (key.kind === "refused") return key;
  const found = require(scanner, operators);
  if (found.kind === "refused") return found;
  const op = operators.find((operator) => operator === found.value.kind) ?? "EXISTS";
  const allowed = operandKinds[op];
  if (allowed.length === 0) return ok({ key: key.value.text, op, operand: { kind: "none" } });
  const operand = require(scanner, allowed);
  if (operand.kind === "refused") return operand;
  return ok({ key: key.value.text, op, operand: operandFromToken(operand.value) });
}

function operandFromToken({ kind, text, nanoseconds }: Token): Operand {
  if (kind === "number") {
    return { kind, text, value: decimalFromText(text) ?? { whole: "", fraction: "" } };
  }
  return kind === "time" || kind === "date"
    ? { kind, text, nanoseconds }
    : { kind: "string", text };
}

function require(scanner: Scanner, wanted: readonly TokenKind[]): Result<Token, QueryError> {
  const scanned = scanner.next();
  if (scanned.kind === "refused") return malformed(scanned.error.offset, scanned.error.text);
  if (wanted.includes(scanned.value.kind)) return scanned;
  const got = labels[scanned.value.kind];
  return malformed(scanned.value.offset, `got ${got}, wanted ${listOf(wanted)}`);
}

function listOf(wanted: readonly TokenKind[]): string {
  const names = wanted.map((kind) => labels[kind]);
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
}

function malformed(offset: number, reason: string): Result<never, QueryError> {
  return refused(
    new QueryError({
      code: "QUERY_MALFORMED",
      message: `offset ${String(offset)}: ${reason}`,
      facts: { offset },
    }),
  );
}
