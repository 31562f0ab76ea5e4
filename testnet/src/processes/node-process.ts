/** One node of the network as a child process: it starts, is frozen, is killed, and is awaited. */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeArguments, nodeEnvironment } from "../../../bin/launch.js";
import { NetworkError } from "./network-error.ts";

const entry = fileURLToPath(new URL("../../../node/src/main.ts", import.meta.url));

export type NodeState = "running" | "paused" | "exited";

export interface NodeExit {
  readonly name: string;
  readonly code: number | null;
  readonly signal: string | null;
  /** We asked for it. */
  readonly expected: boolean;
}

export interface NodeProcessOptions {
  readonly name: string;
  readonly home: string;
  /** Settings that win over the home's files, as `{"rpc.laddr": "tcp://…"}`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly exited: (exit: NodeExit) => void;
}

/** One run that differs from the usual one. */
export interface NodeRun {
  /** The file that is run in place of `pyralogd`. */
  readonly entry?: string;
  /** Variables beside the inherited ones. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Settings that win over the others. */
  readonly settings?: Readonly<Record<string, string>>;
}

export function logPath(home: string): string {
  return join(home, "logs", "node.log");
}

export class NodeProcess {
  readonly name: string;
  readonly #options: NodeProcessOptions;
  #child: ChildProcess | undefined;
  #state: NodeState = "exited";
  #stopping = false;
  #lastExit: NodeExit | undefined;
  #thaw: ChildProcess | undefined;

  constructor(options: NodeProcessOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get state(): NodeState {
    return this.#state;
  }

  /** How the last run ended; nothing before its end. */
  get lastExit(): NodeExit | undefined {
    return this.#lastExit;
  }

  get pid(): number | undefined {
    return this.#state === "exited" ? undefined : this.#child?.pid;
  }

  start(run: NodeRun = {}): void {
    if (this.#state !== "exited") throw this.#wrongState("is running already");
    const { home } = this.#options;
    const settings = { ...this.#options.settings, ...run.settings };
    const path = logPath(home);
    mkdirSync(dirname(path), { recursive: true });
    const log = openSync(path, "a");
    const flags = Object.entries(settings).map(([key, value]) => `--${key}=${value}`);
    const child = spawn(
      process.execPath,
      [...nodeArguments(), run.entry ?? entry, "start", "--home", home, ...flags],
      { stdio: ["ignore", log, log, "ipc"], env: { ...environment(), ...run.environment } },
    );
    closeSync(log);
    this.#child = child;
    this.#state = "running";
    this.#stopping = false;
    this.#lastExit = undefined;
    child.once("error", () => {
      if (child.pid === undefined) this.#ended(child, { code: null, signal: null });
    });
    child.once("exit", (...[code, signal]) => this.#ended(child, { code, signal }));
  }

  /** At once, as a power cut would end it. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks, and kills what is still there when the time is over. */
  async stop(timeoutMs: number): Promise<void> {
    if (this.#state === "exited") return;
    const timer = setTimeout(() => this.#child?.kill("SIGKILL"), timeoutMs);
    this.#melt();
    await this.#end("SIGTERM");
    clearTimeout(timer);
  }

  pause(): void {
    const { pid } = this;
    if (this.#state !== "running" || pid === undefined) throw this.#wrongState("is not running");
    this.#thaw = thawWithParent(pid);
    this.#child?.kill("SIGSTOP");
    this.#state = "paused";
  }

  resume(): void {
    if (this.#state !== "paused") throw this.#wrongState("is not paused");
    this.#melt();
    this.#state = "running";
  }

  #ended(
    child: ChildProcess,
    how: { readonly code: number | null; readonly signal: string | null },
  ): void {
    if (this.#child !== child || this.#state === "exited") return;
    this.#state = "exited";
    this.#thaw?.stdin?.end();
    this.#thaw = undefined;
    this.#lastExit = { name: this.name, ...how, expected: this.#stopping };
    this.#options.exited(this.#lastExit);
  }

  /** Lets a frozen process go on, so that it can hear what is asked of it. */
  #melt(): void {
    this.#child?.kill("SIGCONT");
    this.#thaw?.stdin?.end();
    this.#thaw = undefined;
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#child;
    if (this.#state === "exited" || child === undefined) {
      throw this.#wrongState("is not running");
    }
    this.#stopping = true;
    const ended = new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
    });
    child.kill(signal);
    await ended;
  }

  #wrongState(problem: string): NetworkError {
    const { name } = this;
    return new NetworkError({
      code: "NODE_STATE",
      message: `${name} ${problem}; \`npx pyralog-testnet status\` shows how each node is`,
      facts: { node: name, state: this.#state },
    });
  }
}

/**
 * A frozen process cannot see that its parent died, and would outlive it. This one can: when the
 * pipe that it reads ends, in whatever way, the frozen one goes on and then stops by itself.
 */
function thawWithParent(pid: number): ChildProcess {
  const helper = spawn("sh", ["-c", `cat; kill -CONT ${pid}`], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  helper.once("error", () => undefined);
  return helper;
}

/** Settings of whoever runs the network must not reach into its nodes. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(nodeEnvironment()).filter(([name]) => !/^(?:PYRALOG_|npm_)/.test(name)),
  );
}
