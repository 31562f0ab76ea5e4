/**
 * CometBFT v0.38's event-query grammar (libs/pubsub/query): `key op value (AND key op value)*`,
 * parsed into conditions and matched against flattened events. It knows neither blocks nor
 * indexes: the event index asks it about single values, subscriptions about whole event maps.
 * Numbers are compared exactly, as decimal text, where CometBFT rounds to 125 bits.
 */
export { matchesQuery, matchesValue, type FlatEvents } from "./matcher.ts";
export { parseQuery } from "./parser.ts";
export {
  queryToText,
  type Condition,
  type Decimal,
  type Operand,
  type Operator,
  type Query,
  QueryError,
} from "./query.ts";
