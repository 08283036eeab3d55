import { lanesOf, stepsOf } from './lanes.ts';
import { isProof, openStep } from './open-step.ts';
import { isActive, type Run, type RunStep } from './run.ts';

/*
 * Lanes go side by side as far as their services stand in no order to each other: while one waits, the worker goes on with
 * another. A service is taken back when whoever calls it is, and all are proven when all are back: before that a caller is
 * judged by what it calls, which may be the very one that is broken.
 */

type OfGroup = Pick<Run, 'members' | 'plan'>;

/** The lane that a worker goes on with: the one that is due first. 0 for a run of one service; null when all have ended. */
export function laneInTurn(run: OfGroup, steps: readonly RunStep[]): number | null {
  if (!run.members) return 0;
  const open = openLanes(run);
  const due = open
    .filter((lane) => mayMove(run, lane, open, steps))
    .map((lane) => ({ lane, at: dueAt(openStep(stepsOf(steps, lane))) }))
    .sort((a, b) => a.at - b.at || a.lane - b.lane);
  return due[0]?.lane ?? open[0] ?? null;
}

function openLanes({ members = [] }: OfGroup): number[] {
  return members
    .filter(isActive)
    .map(({ lane }) => lane)
    .sort((a, b) => a - b);
}

function mayMove(
  { plan }: OfGroup,
  lane: number,
  open: readonly number[],
  steps: readonly RunStep[],
): boolean {
  const after = plan && lanesOf(plan)[lane]?.after;
  // A plan that was made without an order: one lane after the other.
  if (!after) return open[0] === lane;
  const next = openStep(stepsOf(steps, lane));
  if (!next) return true;
  const before = isProof(next) ? open : open.filter((other) => after.includes(other));
  return before.every((other) => other === lane || isBack(other, steps));
}

/** All that a lane changes is in place: it is proven next. */
function isBack(lane: number, steps: readonly RunStep[]): boolean {
  const next = openStep(stepsOf(steps, lane));
  return next === undefined || isProof(next);
}

/** What was begun and not said is looked at first, then what has not begun, then what waits. */
function dueAt(step: RunStep | undefined): number {
  if (step?.status === 'started') return Number.NEGATIVE_INFINITY;
  return step?.status === 'waiting' ? (step.dueAt ?? 0) : Number.MIN_SAFE_INTEGER;
}
