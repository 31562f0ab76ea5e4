/** The one line that lives on under the screen. */
import type { NodeView, Pace } from "#processes";

export function statusLineFrom(views: readonly NodeView[], pace: Pace | undefined): string {
  const up = views.filter(({ height }) => height !== undefined);
  if (up.length === 0) return "no node answers";
  const peers = up.reduce((least, { peers: count }) => Math.min(least, count), Infinity);
  const silent = views.filter(({ height }) => height === undefined).map(({ name }) => name);
  return [
    `height ${pace?.height ?? 0n}`,
    `interval ${pace?.intervalMs === undefined ? "…" : `${(pace.intervalMs / 1000).toFixed(2)} s`}`,
    `${(pace?.txsPerSecond ?? 0).toFixed(1)} tx/s`,
    `peers ${peers}`,
    ...(silent.length === 0 ? [] : [`silent: ${silent.join(", ")}`]),
  ].join(" · ");
}
