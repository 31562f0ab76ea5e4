/** Which nodes a local network has, and where each of them listens. */
import { join } from "node:path";

export interface NodePlan {
  /** `c0n0`: cluster and machine. */
  readonly name: string;
  readonly cluster: string;
  readonly home: string;
  readonly p2pPort: number;
  readonly rpcPort: number;
  readonly metricsPort: number;
}

export const basePortDefault = 26_656;
/** Ports of one node lie this close together, and the next node's this far away. */
const portStride = 10;
const rpcOffset = 1;
const metricsOffset = 4;

/** Cluster-major order: node k listens at base + 10·k. */
export function planNodes(options: {
  readonly home: string;
  readonly clusters: number;
  readonly basePort: number;
}): readonly NodePlan[] {
  return Array.from({ length: options.clusters }, (_, index) => {
    const base = options.basePort + portStride * index;
    const name = `c${index}n0`;
    return {
      name,
      cluster: `c${index}`,
      home: join(options.home, name),
      p2pPort: base,
      rpcPort: base + rpcOffset,
      metricsPort: base + metricsOffset,
    };
  });
}

/** How far the next block of ports lies. */
export function portsOfBlock(nodes: number): number {
  return portStride * nodes;
}

export function portsOf(plan: NodePlan): readonly number[] {
  return [plan.p2pPort, plan.rpcPort, plan.metricsPort];
}

export function rpcUrl(plan: NodePlan): string {
  return `http://127.0.0.1:${plan.rpcPort}`;
}

export function metricsUrl(plan: NodePlan): string {
  return `http://127.0.0.1:${plan.metricsPort}/metrics`;
}
