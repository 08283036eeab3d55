/** A time in which Lastgood judged nothing although it should have: it was down, or its database was. */
export interface Absence {
  from: number;
  to: number;
}

/**
 * The parts of a span of time in which Lastgood was away, in order and apart. Absences may overlap: one ends when a slot was begun,
 * late, and the next begins with that slot itself.
 */
export function absencesWithin(absences: readonly Absence[], from: number, to: number): Absence[] {
  const found: Absence[] = [];
  for (const one of [...absences].sort((a, b) => a.from - b.from)) {
    const last = found.at(-1);
    const begin = Math.max(one.from, last?.to ?? from);
    const end = Math.min(one.to, to);
    if (end <= begin) continue;
    if (last?.to === begin) last.to = end;
    else found.push({ from: begin, to: end });
  }
  return found;
}

/** How much of a span of time Lastgood was away, in milliseconds. */
export function awayWithin(absences: readonly Absence[], from: number, to: number): number {
  return absencesWithin(absences, from, to).reduce((sum, one) => sum + one.to - one.from, 0);
}
