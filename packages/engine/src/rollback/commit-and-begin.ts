import { nextStep, type RunCommit } from '@lastgood/domain';
import { followed, type HeldRun } from './held-run.ts';
import { laneContext } from './lane-context.ts';
import { stepCommit } from './step-commit.ts';

/** What was done and the step that may begin now are one commit: half as many, and nobody sees a run between two steps. */
export async function commitAndBegin(held: HeldRun, done: RunCommit, at: number): Promise<boolean> {
  const after = followed(held.context, done);
  const move = nextStep(after.run, after.steps);
  if (move.kind !== 'apply') return held.commit(done);
  const started = stepCommit.started(laneContext(after), move.step, at);
  const isWritten = await held.commit(stepCommit.both(done, started));
  if (isWritten) Object.assign(held, { begun: move.step.ordinal, unattendedMs: 0 });
  return isWritten;
}
