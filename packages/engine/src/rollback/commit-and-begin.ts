import { type NextMove, nextStep, type RunCommit, type RunStep } from '@lastgood/domain';
import { followed, type HeldRun } from './held-run.ts';
import { laneContext } from './lane-context.ts';
import { stepCommit } from './step-commit.ts';

/** What was done and the step that may begin now are one commit: half as many, and nobody sees a run between two steps. */
export async function commitAndBegin(held: HeldRun, done: RunCommit, at: number): Promise<boolean> {
  const after = followed(held.context, done);
  const move = nextStep(after.run, after.steps);
  if (move.kind !== 'apply') return held.commit(done);
  if (!isDue(move.step, at)) {
    // Every lane that may go on waits.
    await held.commit({ ...done, releaseUntil: move.step.dueAt ?? at });
    return false;
  }
  const started = stepCommit.started(laneContext(after, move.step.lane), move.step, at);
  const isWritten = await held.commit(stepCommit.both(done, started));
  if (isWritten) Object.assign(held, { begun: move.step.ordinal, unattendedMs: 0 });
  return isWritten;
}

/**
 * A step that waits: the worker comes back to it at `until`, or goes on meanwhile with a lane that does not wait. True when it
 * goes on at once.
 */
export async function commitAndWait(
  held: HeldRun,
  waiting: RunCommit,
  { lane, until, at }: { lane: number; until: number; at: number },
): Promise<boolean> {
  const after = followed(held.context, waiting);
  const move = nextStep(after.run, after.steps);
  if (isOfAnother(move, lane, at)) return held.commit(waiting);
  const first = move.kind === 'apply' ? (move.step.dueAt ?? until) : until;
  await held.commit({ ...waiting, releaseUntil: Math.min(first, until) });
  return false;
}

/** Something that another lane can do now. */
function isOfAnother(move: NextMove, lane: number, at: number): boolean {
  if (move.kind === 'apply') return move.step.lane !== lane && isDue(move.step, at);
  return (move.kind === 'finish' || move.kind === 'stop') && move.lane !== lane;
}

function isDue({ status, dueAt }: RunStep, at: number): boolean {
  return status !== 'waiting' || dueAt === null || dueAt <= at;
}
