/** The parsed form of a query: a conjunction of conditions, at least one. */
import { ChainError } from "#base";

export interface Query {
  readonly conditions: readonly Condition[];
}

export interface Condition {
  /** `type.attribute`, or a type alone, which only EXISTS can ask for. */
  readonly key: string;
  readonly op: Operator;
  readonly operand: Operand;
}

export type Operator = "=" | "<" | "<=" | ">" | ">=" | "CONTAINS" | "EXISTS";

export type Operand =
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly text: string; readonly value: Decimal }
  | { readonly kind: "time" | "date"; readonly text: string; readonly nanoseconds: bigint }
  /** EXISTS takes none. */
  | { readonly kind: "none" };

/** A number as digits, without leading zeros before the point and trailing ones behind it. */
export interface Decimal {
  readonly whole: string;
  readonly fraction: string;
}

/** `QUERY_MALFORMED`: the text is no query; the message is CometBFT's, with the byte offset. */
export class QueryError extends ChainError<"QUERY_MALFORMED"> {}

/** The canonical spelling, by which CometBFT tells one client's subscriptions apart. */
export function queryToText(query: Query): string {
  return query.conditions.map(conditionToText).join(" AND ");
}

function conditionToText({ key, op, operand }: Condition): string {
  switch (operand.kind) {
    case "string":
      return `${key} ${op} '${operand.text}'`;
    case "number":
      return `${key} ${op} ${operand.text}`;
    case "time":
      return `${key} ${op} TIME ${operand.text}`;
    case "date":
      return `${key} ${op} DATE ${operand.text}`;
    case "none":
      return `${key} ${op}`;
  }
}
