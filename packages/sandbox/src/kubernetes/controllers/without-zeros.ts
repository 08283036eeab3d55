/** Counts of zero are absent on the wire, and so is what was never set. */
export function withoutZeros<T extends object>(counts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(
    Object.entries(counts).filter(([, value]) => value !== 0 && value !== undefined),
  ) as Partial<{ [K in keyof T]: Exclude<T[K], undefined> }>;
}
