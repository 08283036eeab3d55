import { type Outlook, type Overtaking, outlookOf, stepInProgress, undoOutlook } from '@lastgood/domain';
import type { RunRow } from '@lastgood/store/views/view-rows';
import type * as wire from './run-schema.ts';

/** What a person may tell the run now, about which step, and what each would leave behind. */
export function toRunActions(
  { run, steps }: RunRow,
  now: number,
  overtakenBy: Overtaking | null = null,
): wire.RunActions {
  const step = stepInProgress(run, steps)?.ordinal ?? null;
  const failed = run.status === 'stopped' && stepInProgress(run, steps)?.status === 'failed';
  const skip = outlookOf('skip', run, steps, overtakenBy);
  return {
    undo: toAction(undoOutlook(run, steps, { isBeforeStart: run.startsAt > now, now })),
    resume: toAction(outlookOf('resume', run, steps, overtakenBy)),
    retry: toAction(outlookOf('retry', run, steps, overtakenBy), failed ? step : null),
    // Where a step failed, somebody looks for a way to leave it out and must read why there is none.
    skip: toAction(skip, skip.allowed || failed ? step : null),
    hurry: toAction(outlookOf('hurry', run, steps)),
    stop: toAction(outlookOf('stop', run, steps)),
  };
}

function toAction(outlook: Outlook, step: number | null = null): wire.RunAction {
  return outlook.allowed
    ? { allowed: true, step, whyNot: null, leavesBehind: outlook.leavesBehind }
    : { allowed: false, step, whyNot: outlook.whyNot, leavesBehind: null };
}
