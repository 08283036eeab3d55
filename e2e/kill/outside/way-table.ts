import type { KilledRun } from './killed-run.ts';

const columns = ['way', 'runs', 'steps', 'kills', 'missed', 'unsent', 'resumed', 'doubled'] as const;

/** A line for each way: how often it was killed, how many of its runs came to their end, and what was done twice. */
export function wayTable(played: readonly KilledRun[]): string {
  const rows = [...Map.groupBy(played, ({ way }) => way)].map(([way, runs]) => {
    const sum = (of: (run: KilledRun) => number) => runs.reduce((total, run) => total + of(run), 0);
    const ended = runs.filter(({ lost }) => lost.length === 0).length;
    return [
      way,
      ...[runs.length, sum((run) => run.steps), sum((run) => run.kills)],
      ...[sum((run) => run.missed.length), sum((run) => run.unsent.length), ended],
      sum((run) => run.doubled.length),
    ];
  });
  return [columns, ...rows]
    .map(
      ([first, ...rest]) =>
        `${String(first).padEnd(16)}${rest.map((one) => String(one).padStart(9)).join('')}`,
    )
    .join('\n');
}
