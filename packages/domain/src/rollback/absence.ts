import { instantAfter } from '../instant-after.ts';
import { formatSpan } from '../trigger/format.ts';
import type { CheckState } from '../verification/check.ts';
import { runEvent } from './conclude-run.ts';
import type { Run, RunStep } from './run.ts';
import type { RunCommit } from './run-commit.ts';

/** Less than this is the time it takes to get to a run, and no absence. */
export const leastAbsenceMs = 5_000;

/**
 * What is written when a run is taken up that nobody worked on although somebody should have: Lastgood was away, by a restart
 * or because its database was. Every deadline that ran meanwhile, of a step and of its checks, is longer by that time: the service
 * had nobody who looked. Null where nothing was missed, or nothing had begun.
 *
 * @param awayMs how long, by the database's clock: since the run was due, or since the last sign of life of who worked on it
 */
export function absence(
  { run, steps, checks }: { run: Run; steps: readonly RunStep[]; checks: readonly CheckState[] },
  awayMs: number,
  now: number,
): RunCommit | null {
  if (awayMs < leastAbsenceMs || run.startedAt === null) return null;
  const open = steps.filter(({ status }) => status === 'started' || status === 'waiting');
  const lanes = new Set(open.map(({ lane }) => lane));
  const stretched = checks
    .filter(({ lane = 0 }) => lanes.has(lane))
    .map((check) =>
      check.verdict === 'pending' ? { ...check, deadlineAt: instantAfter(check.deadlineAt, awayMs) } : check,
    );
  const longer = open.length > 0 ? ' What was in progress is given that much longer.' : '';
  const text = `Lastgood was away ${formatSpan(awayMs)}.${longer}`;
  return {
    run: { awayMs: (run.awayMs ?? 0) + awayMs },
    steps: open.map((step) => ({
      ordinal: step.ordinal,
      status: step.status,
      awayMs: (step.awayMs ?? 0) + awayMs,
    })),
    ...(stretched.length > 0 ? { checks: stretched } : {}),
    events: [runEvent({ run, type: 'rollback.lastgood-away', at: now, text })],
  };
}

/** How long a run took, apart: what was worked, how long it was stopped until somebody resumed it, and how long Lastgood was away. */
export interface RunTimes {
  workedMs: number;
  pausedMs: number;
  awayMs: number;
}

/** From its start to its end, or to now while it lasts; null before it began. */
export function runTimes(run: Run, now: number): RunTimes | null {
  if (run.startedAt === null) return null;
  const { pausedMs = 0, awayMs = 0 } = run;
  const all = Math.max(0, (run.finishedAt ?? now) - run.startedAt);
  return { workedMs: Math.max(0, all - pausedMs - awayMs), pausedMs, awayMs };
}

/** "21 s (it was stopped for 5 min, and Lastgood was away 1 min 15 s)" */
export function timesInWords({ workedMs, pausedMs, awayMs }: RunTimes): string {
  const apart = [
    ...(pausedMs >= 1_000 ? [`it was stopped for ${formatSpan(pausedMs)}`] : []),
    ...(awayMs >= 1_000 ? [`Lastgood was away ${formatSpan(awayMs)}`] : []),
  ];
  return `${formatSpan(workedMs)}${apart.length > 0 ? ` (${apart.join(', and ')})` : ''}`;
}

/** How long a step took, without the time in which Lastgood was away; null before it began. */
export function stepTimeMs({ startedAt, finishedAt, awayMs = 0 }: RunStep, now: number): number | null {
  return startedAt === null ? null : Math.max(0, (finishedAt ?? now) - startedAt - awayMs);
}
