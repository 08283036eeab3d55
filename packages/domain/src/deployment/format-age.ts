const units = [
  ['days', 24 * 60 * 60_000],
  ['h', 60 * 60_000],
  ['min', 60_000],
] as const;

/** How long ago, coarsely: 4 min, 5 h, 12 days. Rounded down. */
export function formatAge(ms: number): string {
  const [unit, size] = units.find(([, size]) => ms >= size) ?? ['s', 1000];
  const count = Math.max(0, Math.floor(ms / size));
  return `${count} ${unit === 'days' && count === 1 ? 'day' : unit}`;
}
