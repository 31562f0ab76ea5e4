/** The supervisor takes orders from other terminals over a socket in the home: HTTP with JSON. */
import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import {
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NetworkError } from "./network-error.ts";

const orders = ["ping", "kill", "restart", "pause", "resume"] as const;
export type Order = (typeof orders)[number];

export interface OrderFor {
  readonly order: Order;
  readonly node: string;
}

interface OrderAnswer {
  readonly done: boolean;
  readonly text: string;
}

/** Sockets have short names on some systems. */
const pathLengthMax = 100;
const bodyLengthMax = 4096;

export function controlPath(home: string): string {
  const name = createHash("sha256").update(home).digest("hex").slice(0, 16);
  if (process.platform === "win32") return `\\\\.\\pipe\\pyralog-${name}`;
  const path = join(home, "control.sock");
  return path.length <= pathLengthMax ? path : join(tmpdir(), `pyralog-${name}.sock`);
}

/** Listens until it is closed. What `carry` throws is answered, and nothing else stops. */
export async function serveControl(
  path: string,
  carry: (order: OrderFor) => Promise<string>,
): Promise<{ close(): void }> {
  if (process.platform !== "win32") rmSync(path, { force: true });
  const server = createServer((incoming, outgoing) => {
    void answerTo(incoming, { outgoing, carry });
  });
  await listening(server, path);
  return {
    close() {
      server.closeAllConnections();
      server.close();
      if (process.platform !== "win32") rmSync(path, { force: true });
    },
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
}

async function answerTo(
  incoming: IncomingMessage,
  options: {
    readonly outgoing: ServerResponse;
    readonly carry: (order: OrderFor) => Promise<string>;
  },
): Promise<void> {
  const answer = await carriedOut(incoming, options.carry);
  options.outgoing.setHeader("content-type", "application/json");
  options.outgoing.end(JSON.stringify(answer));
}

async function carriedOut(
  incoming: IncomingMessage,
  carry: (order: OrderFor) => Promise<string>,
): Promise<OrderAnswer> {
  try {
    const order: unknown = JSON.parse(await bodyOf(incoming));
    if (!isOrder(order)) return { done: false, text: "this is no order" };
    return { done: true, text: await carry(order) };
  } catch (error) {
    return { done: false, text: error instanceof Error ? error.message : String(error) };
  }
}

/** @throws NetworkError `NETWORK_STOPPED` when nobody listens, `NODE_STATE` when it was refused. */
export async function sendOrder(path: string, order: OrderFor): Promise<string> {
  const answer = await post(path, JSON.stringify(order));
  if (answer.done) return answer.text;
  throw new NetworkError({ code: "NODE_STATE", message: answer.text });
}

export async function isControlled(path: string): Promise<boolean> {
  if (process.platform !== "win32" && !existsSync(path)) return false;
  try {
    await sendOrder(path, { order: "ping", node: "" });
    return true;
  } catch {
    return false;
  }
}

async function post(path: string, body: string): Promise<OrderAnswer> {
  const answer: unknown = JSON.parse(await bodyOf(await opened(path, body)));
  if (isAnswer(answer)) return answer;
  throw stopped();
}

function opened(path: string, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: path, method: "POST", path: "/" }, resolve);
    outgoing.once("error", (cause) => reject(stopped(cause)));
    outgoing.end(body);
  });
}

function stopped(cause?: unknown): NetworkError {
  return new NetworkError({
    code: "NETWORK_STOPPED",
    message: "the network does not run; start it with `npm start`",
    cause,
  });
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  let text = "";
  incoming.setEncoding("utf8");
  for await (const chunk of incoming) {
    text += String(chunk);
    if (text.length > bodyLengthMax) throw new RangeError("the order is too long");
  }
  return text;
}

function isOrder(json: unknown): json is OrderFor {
  return (
    typeof json === "object" &&
    json !== null &&
    "node" in json &&
    typeof json.node === "string" &&
    "order" in json &&
    orders.some((order) => order === json.order)
  );
}

function isAnswer(json: unknown): json is OrderAnswer {
  return (
    typeof json === "object" &&
    json !== null &&
    "done" in json &&
    typeof json.done === "boolean" &&
    "text" in json &&
    typeof json.text === "string"
  );
}
