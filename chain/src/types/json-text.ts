interface Mark {
  readonly letter: string;
  readonly position: number;
  /** How many objects and lists the mark stands in; a bracket stands in what it opens or closes. */
  readonly depth: number;
}

/**
 * One member of a JSON object as it was written: what belongs to somebody else is handed on letter
 * by letter, not parsed and written again. The text has been parsed before, so that it is valid.
 */
export function memberText(text: string, member: string): string | undefined {
  let found: string | undefined;
  let name: unknown;
  let start = 0;
  for (const { letter, position, depth } of marks(text)) {
    if (depth !== 1) continue;
    const piece = text.slice(start, position).trim();
    start = position + 1;
    if (letter === ":") name = JSON.parse(piece);
    else if (letter !== "{" && name === member) found = piece;
  }
  return found;
}

// The letters that give a JSON text its structure, those inside strings left out.
function* marks(text: string): Generator<Mark> {
  let depth = 0;
  for (let position = 0; position < text.length; position++) {
    const letter = text[position] ?? "";
    if (letter === '"') position = stringEnd(text, position);
    if (letter === "{" || letter === "[") depth++;
    if ("{[:,]}".includes(letter)) yield { letter, position, depth };
    if (letter === "}" || letter === "]") depth--;
  }
}

/** Where the string that begins at `start` has its closing quote. */
function stringEnd(text: string, start: number): number {
  let position = start + 1;
  while (text[position] !== '"') position += text[position] === "\\" ? 2 : 1;
  return position;
}
