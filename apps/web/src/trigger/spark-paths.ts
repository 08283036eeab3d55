/** Runs of values as SVG polyline points, newest at the right edge; a null ends a run. */
export function sparkPaths(
  values: readonly (number | null)[],
  threshold: number,
  width: number,
  height: number,
): { lines: string[]; thresholdY: number } {
  const known = values.filter((value) => value !== null);
  const low = Math.min(0, threshold, ...known);
  const high = Math.max(threshold, ...known);
  const span = high - low || 1;
  const pad = 2;
  const y = (value: number): number => round(height - pad - ((value - low) / span) * (height - 2 * pad));
  const step = width / Math.max(1, values.length - 1);
  const runs: string[][] = [[]];
  values.forEach((value, index) => {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push(`${round(index * step)},${y(value)}`);
  });
  const lines = runs
    .filter((run) => run.length > 0)
    .map((run) => (run.length === 1 ? dot(run) : run).join(' '));
  return { lines, thresholdY: y(threshold) };
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** A single value between two gaps would be invisible as a line of one point. */
const dot = (run: string[]): string[] => [run[0] ?? '', run[0] ?? ''];
