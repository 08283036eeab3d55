const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** 7_200_000 -> "2 h"; 5_400_000 -> "1 h 30 min": its largest unit and the next one, rounded down. */
export function timeInWords(ms: number): string {
  const largest = Math.max(
    0,
    units.findIndex(([, each]) => ms >= each),
  );
  const [unit, each] = units[ms < 1_000 ? 3 : largest] ?? units[3];
  const next = ms < 1_000 ? undefined : units[largest + 1];
  const rest = next ? Math.floor((ms % each) / next[1]) : 0;
  return `${Math.floor(ms / each)} ${unit}${next && rest > 0 ? ` ${rest} ${next[0]}` : ''}`;
}
