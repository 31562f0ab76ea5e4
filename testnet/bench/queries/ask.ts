/** Asks a node, one question after the other or so many a second. */
import { setTimeout as sleep } from "node:timers/promises";

/** The answer is read to its end. @throws Error where it is none. */
export async function ask(rpc: string, body: string): Promise<void> {
  const response = await fetch(rpc, { method: "POST", body });
  const text = await response.text();
  if (response.ok && text.includes('"result"')) return;
  throw new Error(`${body} was answered: ${text.slice(0, 300)}`);
}

export async function askInTurn(
  rpc: string,
  questions: { readonly next: () => string; readonly count: number },
): Promise<void> {
  for (let asked = 0; asked < questions.count; asked++) await ask(rpc, questions.next());
}

/** Keeps the pace whether answers are there or not; resolves to how many came, once all did. */
export async function askSteadily(
  rpc: string,
  questions: {
    readonly next: () => string;
    readonly perSecond: number;
    readonly seconds: number;
  },
): Promise<number> {
  const { next, perSecond, seconds } = questions;
  const startedMs = performance.now();
  const answers: Promise<void>[] = [];
  for (let asked = 0; asked < perSecond * seconds; asked++) {
    const dueMs = startedMs + (asked * 1000) / perSecond;
    const earlyMs = dueMs - performance.now();
    if (earlyMs > 0) await sleep(earlyMs);
    answers.push(ask(rpc, next()));
  }
  await Promise.all(answers);
  return answers.length;
}
