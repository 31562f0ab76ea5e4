/** Looks for ports that nobody listens on. */
import { createServer } from "node:net";
import { NetworkError } from "./network-error.ts";
import { planNodes, portsOf, portsOfBlock } from "./plan.ts";

const blocksTried = 40;
const portMax = 65_535;

export interface FoundPorts {
  readonly basePort: number;
  /** The taken port because of which the whole block was moved. */
  readonly taken?: number;
}

/** The wanted base, or the next one at which every port of the network is free. */
export async function findPorts(options: {
  readonly clusters: number;
  readonly basePort: number;
}): Promise<FoundPorts> {
  const { clusters } = options;
  let taken: number | undefined;
  for (let block = 0; block < blocksTried; block++) {
    const basePort = options.basePort + block * portsOfBlock(clusters);
    const busy = await firstTaken({ clusters, basePort });
    if (busy === undefined) return { basePort, ...(taken === undefined ? {} : { taken }) };
    taken ??= busy;
  }
  throw new NetworkError({
    code: "PORTS_TAKEN",
    message:
      `no free block of ports from ${options.basePort} on; ` +
      "stop what listens there, or name another start with --base-port",
    facts: { basePort: options.basePort },
  });
}

async function firstTaken(options: {
  readonly clusters: number;
  readonly basePort: number;
}): Promise<number | undefined> {
  const ports = planNodes({ home: "", ...options }).flatMap(portsOf);
  const free = await Promise.all(ports.map(isPortFree));
  return ports.find((_, index) => free[index] !== true);
}

export function isPortFree(port: number): Promise<boolean> {
  if (port > portMax) return Promise.resolve(false);
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}
