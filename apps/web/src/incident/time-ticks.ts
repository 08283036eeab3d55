const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12, 24, 48, 168].map((n) => n * hour),
];

/** Round instants within an axis, at most so many. Epoch milliseconds. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const span = Math.max(1, to - from);
  const step = steps.find((one) => span / one <= most) ?? span;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}
