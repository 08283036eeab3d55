/** A time in which Lastgood judged nothing although it should have: it was down, or its database was. */
export interface Absence {
  from: number;
  to: number;
}

/**
 * How much of a span of time Lastgood was away. Absences may overlap: one ends when a slot was begun, late, and the next begins with
 * that slot itself.
 */
export function awayWithin(absences: readonly Absence[], from: number, to: number): number {
  let [away, counted] = [0, from];
  for (const one of [...absences].sort((a, b) => a.from - b.from)) {
    const begin = Math.max(one.from, counted);
    const end = Math.min(one.to, to);
    if (end <= begin) continue;
    away += end - begin;
    counted = end;
  }
  return away;
}
