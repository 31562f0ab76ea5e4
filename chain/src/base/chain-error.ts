/** Facts of a failure: printable, without secrets. */
export type Facts = Readonly<Record<string, string | number | bigint | boolean>>;

/**
 * An error is a code plus facts (STYLE rule 21). Each module declares its own union of codes and
 * documents every one of them.
 */
export class ChainError<Code extends string = string> extends Error {
  override readonly name = "ChainError";
  readonly code: Code;
  readonly facts: Facts;

  constructor(options: {
    readonly code: Code;
    readonly message?: string;
    readonly facts?: Facts;
    readonly cause?: unknown;
  }) {
    const facts = options.facts ?? {};
    super(options.message ?? describe(options.code, facts), { cause: options.cause });
    this.code = options.code;
    this.facts = facts;
  }
}

function describe(code: string, facts: Facts): string {
  const told = Object.entries(facts).map(([name, fact]) => `${name}=${String(fact)}`);
  return [code, ...told].join(" ");
}
