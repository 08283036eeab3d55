/*
 * `x >= t` is `x > s` for the number s right below t: between two neighbours of the floating-point numbers there is no third.
 * Both are IEEE 754 doubles here as in Prometheus.
 */

/** The largest number below a finite one. */
export function nextBelow(value: number): number {
  return -nextAbove(-value);
}

/** The smallest number above a finite one. */
export function nextAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return view.getFloat64(0);
}
