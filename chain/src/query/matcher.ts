/** Whether events satisfy a query (query.go): each condition by one value of its key at least. */
import { compareDecimals, decimalFromText } from "./decimal.ts";
import { dateLayout, instantFromText, timeLayout } from "./instant.ts";
import type { Condition, Operator, Query } from "./query.ts";

/** Composite key (`type.attribute`) → its values, in the order of their events. */
export type FlatEvents = ReadonlyMap<string, readonly string[]>;

export function matchesQuery(query: Query, events: FlatEvents): boolean {
  if (events.size === 0) return false;
  return query.conditions.every((condition) => matchesEvents(condition, events));
}

function matchesEvents(condition: Condition, events: FlatEvents): boolean {
  // A key without a dot names no attribute; only types can be equal to it.
  const values = condition.key.includes(".") ? (events.get(condition.key) ?? []) : [];
  if (values.some((value) => matchesValue(condition, value))) return true;
  return matchesValue(condition, "") && hasType(condition.key, events);
}

function hasType(type: string, events: FlatEvents): boolean {
  for (const composite of events.keys()) {
    const dot = composite.lastIndexOf(".");
    if (dot === type.length && composite.startsWith(type)) return true;
  }
  return false;
}

/** Whether one value of the condition's key satisfies it. A value of another kind does not. */
export function matchesValue({ op, operand }: Condition, value: string): boolean {
  switch (operand.kind) {
    case "none":
      return true;
    case "string":
      return op === "CONTAINS" ? value.includes(operand.text) : value === operand.text;
    case "number": {
      const number = decimalFromText(value);
      return number !== undefined && holds(op, compareDecimals(number, operand.value));
    }
    case "time":
    case "date": {
      const instant = instantFromText(operand.kind === "time" ? timeLayout : dateLayout, value);
      if (instant.kind === "refused") return false;
      const { nanoseconds } = instant.value;
      const order = nanoseconds === operand.nanoseconds ? 0 : 1;
      return holds(op, nanoseconds < operand.nanoseconds ? -1 : order);
    }
  }
}

function holds(op: Operator, order: number): boolean {
  switch (op) {
    case "=":
      return order === 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "CONTAINS":
    case "EXISTS":
      return false;
  }
}
