/** Large answers leave in pieces: encoding twenty megabytes at once would hold the event loop. */
import type { Timers } from "#ports";

/** What is asked of Node's response to a request. */
export interface PieceSink {
  readonly destroyed: boolean;
  /** False where the client has to take something first. */
  write(piece: string): boolean;
  end(): void;
  once(event: "drain" | "close", listener: () => void): unknown;
  off(event: "drain" | "close", listener: () => void): unknown;
}

/** About a millisecond. */
const pieceLength = 256 * 1024;

export function isLarge(text: string): boolean {
  return text.length > pieceLength;
}

/** Waits for a client that is slow, and ends where it goes away. */
export async function sendPieces(
  sink: PieceSink,
  { text, timers }: { readonly text: string; readonly timers: Pick<Timers, "pause"> },
): Promise<void> {
  for (const piece of piecesOf(text)) {
    if (sink.destroyed) return;
    if (!sink.write(piece)) await drained(sink);
    await timers.pause();
  }
  sink.end();
}

/** @yields parts that make up the text; none ends inside a character */
function* piecesOf(text: string): Generator<string> {
  let from = 0;
  while (from < text.length) {
    const isCut = isHighSurrogate(text.charCodeAt(from + pieceLength - 1));
    const to = from + pieceLength - (isCut ? 1 : 0);
    yield text.slice(from, to);
    from = to;
  }
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function drained(sink: PieceSink): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      sink.off("drain", done);
      sink.off("close", done);
      resolve();
    };
    sink.once("drain", done);
    sink.once("close", done);
  });
}
