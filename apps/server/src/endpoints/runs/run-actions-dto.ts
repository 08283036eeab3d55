import { type Outlook, outlookOf } from '@lastgood/domain';
import type { RunRow } from '@lastgood/store/views/view-rows';
import type * as wire from './run-schema.ts';

/** What a person may tell the run now, and what each would leave behind. */
export function toRunActions(
  { run, steps }: RunRow,
  now: number,
  overtakenBy: string | null = null,
): wire.RunActions {
  const action = (outlook: Outlook): wire.RunAction =>
    outlook.allowed
      ? { allowed: true, whyNot: null, leavesBehind: outlook.leavesBehind }
      : { allowed: false, whyNot: outlook.whyNot, leavesBehind: null };
  return {
    undo: action(
      run.status === 'queued' && run.startsAt > now
        ? { allowed: true, leavesBehind: 'Nothing was changed, and nothing will be.' }
        : { allowed: false, whyNot: 'It has begun; only before its start can it be undone.' },
    ),
    resume: action(outlookOf('resume', run, steps, overtakenBy)),
    retry: action(outlookOf('retry', run, steps, overtakenBy)),
    skip: action(outlookOf('skip', run, steps, overtakenBy)),
    stop: action(outlookOf('stop', run, steps)),
  };
}
