/** Columns under their names, as wide as their widest cell; lines never end in spaces. */
export function tableFromRows(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) =>
    lines.reduce((most, line) => Math.max(most, (line[column] ?? "").length), 0),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
