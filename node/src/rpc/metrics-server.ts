/** The listener that Prometheus scrapes: `/metrics`, and nothing else. */
import { createServer } from "node:http";
import type { Log } from "#ports";
import { closed, listening } from "./listening.ts";
import type { MetricsRegistry } from "./metrics.ts";
import type { RpcServer } from "./rpc-server.ts";

export function createMetricsServer(options: {
  readonly registry: MetricsRegistry;
  readonly listen: { readonly host: string; readonly port: number };
  readonly log: Log;
}): RpcServer {
  const { registry, listen, log } = options;
  const server = createServer({ maxHeaderSize: 8 * 1024, requestTimeout: 10_000 });
  server.maxConnections = 20;
  server.on("request", (request, response) => {
    response.on("error", (error) => log.write("debug", "A scrape broke off.", { error }));
    if (request.url?.split("?")[0] !== "/metrics") {
      response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" });
      response.end("404 page not found\n");
      return;
    }
    registry
      .text()
      .then((text) => {
        response.writeHead(200, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" });
        response.end(text);
        return undefined;
      })
      .catch((error: unknown) => {
        log.write("error", "The metrics could not be written.", { err: error });
        response.destroy();
      });
  });
  return {
    start: () => listening(server, listen),
    stop: async () => {
      registry.stop();
      await closed(server);
    },
  };
}
