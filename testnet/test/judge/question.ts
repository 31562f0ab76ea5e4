/** What a question is, and short ways to write many of them. */

export type Question = { readonly ask: string; readonly differs?: string } & (
  | { readonly door: "post"; readonly body: string }
  | {
      readonly door: "get";
      readonly uri: string;
      readonly method?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly form?: string;
    }
  | {
      readonly door: "socket";
      readonly frames: readonly string[];
      /** How many messages each frame brings; one where nothing is said. */
      readonly answers: readonly number[];
    }
);

/** A call with named or listed parameters. */
export function call(method: string, params?: unknown): string {
  return callAs(7, { method, params });
}

export function callAs(
  id: unknown,
  { method, params }: { readonly method: string; readonly params?: unknown },
): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

export function posts(
  rows: readonly (readonly [ask: string, body: string])[],
): readonly Question[] {
  return rows.map(([ask, body]) => ({ ask, door: "post", body }));
}

export function gets(uris: readonly string[]): readonly Question[] {
  return uris.map((uri) => ({ ask: `GET ${uri}`, door: "get", uri }));
}

export function socket(
  ask: string,
  frames: readonly (string | readonly [frame: string, answers: number])[],
): Question {
  return {
    ask,
    door: "socket",
    frames: frames.map((frame) => (typeof frame === "string" ? frame : frame[0])),
    answers: frames.map((frame) => (typeof frame === "string" ? 1 : frame[1])),
  };
}
