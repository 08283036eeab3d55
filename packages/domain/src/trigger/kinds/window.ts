/** `$WINDOW` stands outside quotes, where nothing of others may be filled in: it is always one of our own durations. */
const placeholder = /\$(?:WINDOW\b|\{WINDOW\})/g;

export function usesWindow(query: string): boolean {
  return query.search(placeholder) >= 0;
}

/** The query over a window. Whole seconds, since a cut one need not be exact. */
export function overWindow(query: string, ms: number): string {
  return query.replaceAll(placeholder, duration(ms));
}

/** The same with every sign after it where it was, so that a fault is found at the place that somebody wrote. */
export function overWindowInPlace(query: string, ms: number): string {
  return query.replaceAll(placeholder, (written) => duration(ms).padEnd(written.length));
}

const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/**
 * As the query language writes it, in the largest unit that it is a whole number of: names of recorded series, as
 * `ratio_rate$WINDOW`, follow that convention.
 */
function duration(ms: number): string {
  const [count, unit] = inUnits(ms);
  return `${count}${unit}`;
}

/** "1 h", "5 m", "90 s" */
export function windowInWords(ms: number): string {
  return inUnits(ms).join(' ');
}

function inUnits(ms: number): [number, string] {
  const seconds = Math.max(1, Math.floor(ms / 1000));
  const [unit, size] = units.find(([, of]) => seconds % of === 0) ?? ['s', 1];
  return [seconds / size, unit];
}

/**
 * A window that ends where the version begins. In steps, so that deployments that began at about the same time are asked alike,
 * and down: never of the time before. Not shorter than `leastMs`, which is not longer than the age.
 */
export function cutWindow(ms: number, ageMs: number, leastMs: number): number {
  if (ms <= ageMs) return ms;
  const step = Math.max(1_000, leastMs / 5);
  return Math.max(leastMs, Math.floor(ageMs / step) * step);
}
