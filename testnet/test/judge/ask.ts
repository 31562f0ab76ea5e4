/** Asks one side one question, and gives back all that a client could see of the answer. */
import { WebSocket } from "ws";
import type { Question } from "./question.ts";
import { base64, hex, type Facts, type Side } from "./side.ts";

export interface Answered {
  /** Of HTTP; 101 for a WebSocket. */
  readonly status: number;
  readonly type: string;
  readonly cacheControl: string;
  /** Each message or the one body: parsed where it is JSON. */
  readonly bodies: readonly unknown[];
}

export async function ask(
  { side, facts }: { readonly side: Side; readonly facts: Facts },
  question: Question,
): Promise<Answered> {
  const fill = async (text: string): Promise<string> => await filled(text, { side, facts });
  switch (question.door) {
    case "post": {
      const body = await fill(question.body);
      return await answered(await fetch(`${side.url}/`, { method: "POST", body }));
    }
    case "get": {
      const { method = "GET", headers = {}, form } = question;
      const body = form === undefined ? {} : { body: form };
      const uri = `${side.url}${await fill(question.uri)}`;
      return await answered(await fetch(uri, { method, headers, ...body }));
    }
    case "socket": {
      const frames: string[] = [];
      for (const frame of question.frames) frames.push(await fill(frame));
      return await overSocket(side, { ...question, frames });
    }
  }
}

/** `$NAME` stands for what a side knows under that name. */
async function filled(
  text: string,
  { side, facts }: { readonly side: Side; readonly facts: Facts },
): Promise<string> {
  const tx = /\$TX/.test(text) ? await side.nextTx() : new Uint8Array(0);
  const values: Readonly<Record<string, string>> = {
    $TXHEX: hex(tx),
    $TX64: base64(tx),
    $HASH64: base64(bytesOf(facts.txHash)),
    $HASH: facts.txHash,
    $HEIGHT: facts.txHeight,
    $BLOCK64: base64(bytesOf(facts.blockHash)),
    $BLOCK: facts.blockHash,
    $DATA: side.query.dataHex,
    $PATH: side.query.path,
  };
  return text.replaceAll(/\$(?:TX64|TXHEX|HASH64|HASH|HEIGHT|BLOCK64|BLOCK|DATA|PATH)/g, (name) => {
    return values[name] ?? name;
  });
}

function bytesOf(spelled: string): Uint8Array {
  return Uint8Array.from(spelled.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

async function answered(response: Response): Promise<Answered> {
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get("content-type") ?? "",
    cacheControl: response.headers.get("cache-control") ?? "",
    bodies: [parsed(text)],
  };
}

/** Sends each frame once the one before is answered, as far as it gets an answer. */
async function overSocket(
  side: Side,
  { frames, answers }: Extract<Question, { door: "socket" }>,
): Promise<Answered> {
  const socket = new WebSocket(`${side.url.replace("http", "ws")}/websocket`);
  const bodies: unknown[] = [];
  const waiting: { wake?: () => void } = {};
  socket.on("message", (data: Buffer) => {
    bodies.push(parsed(data.toString()));
    waiting.wake?.();
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  for (const [index, frame] of frames.entries()) {
    socket.send(frame);
    const wanted = answers[index] ?? 1;
    for (let count = bodies.length + wanted; bodies.length < count;) {
      await Promise.race([
        new Promise<void>((resolve) => {
          waiting.wake = resolve;
        }),
        timeUp(side.name, frame),
      ]);
    }
  }
  socket.terminate();
  return { status: 101, type: "", cacheControl: "", bodies };
}

function timeUp(name: string, frame: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`${name} does not answer ${frame}`)), 15_000).unref();
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
