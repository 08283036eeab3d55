/** A time in which Lastgood judged nothing although it should have: it was down, or its database was. */
export interface Absence {
  from: number;
  to: number;
}

/** How much of a span of time Lastgood was away; absences may overlap, as those of several chunks do. */
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
