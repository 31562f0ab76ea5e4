/** One number of a benchmark, and in words what to hold it against. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly compared?: string;
}

/** The median, over some rounds, of the CPU time that one call costs, in microseconds. */
export function measureCpuMicros(
  call: () => unknown,
  options: { readonly rounds: number; readonly count: number },
): number {
  const rounds = Array.from({ length: options.rounds }, () => {
    const before = process.cpuUsage();
    for (let index = 0; index < options.count; index++) call();
    const used = process.cpuUsage(before);
    return (used.user + used.system) / options.count;
  });
  return median(rounds);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
