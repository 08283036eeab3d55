/** A JSON value again and again, each time with one of its members replaced by one of these. */
export function* replacements(whole: unknown, values: readonly unknown[]): Generator<unknown> {
  if (typeof whole !== 'object' || whole === null) return;
  for (const [key, member] of Object.entries(whole)) {
    for (const other of [...values, ...replacements(member, values)])
      yield Array.isArray(whole) ? whole.with(Number(key), other) : { ...whole, [key]: other };
  }
}
