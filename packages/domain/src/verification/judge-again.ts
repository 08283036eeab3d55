import { instantAfter } from '../instant-after.ts';
import type { CheckState } from './check.ts';
import type { Attempt } from './check-kind.ts';

/**
 * A check that passed a while ago, asked once more as the last of the others passes: what is called verified serves at that moment. One
 * that does not pass any more is pending again, with all of its time.
 *
 * @param timing of the check, in milliseconds
 */
export function judgeAgain(
  state: CheckState,
  attempt: Attempt,
  { everyMs, timeoutMs }: { everyMs: number; timeoutMs: number },
  now: number,
): CheckState {
  const tried = { ...state, attempts: state.attempts + 1, lastAttemptAt: now };
  if (attempt.kind === 'nothing-serves')
    return { ...tried, verdict: 'nothing_serves', reason: attempt.reason };
  if (attempt.kind === 'seen' && attempt.pass) return { ...tried, actual: attempt.actual };
  return {
    ...tried,
    verdict: 'pending',
    passesInARow: 0,
    reason:
      attempt.kind === 'seen'
        ? `expected ${state.expected}, got ${attempt.actual}`
        : `could not ask: ${attempt.reason}`,
    ...(attempt.kind === 'seen' && { actual: attempt.actual }),
    nextAttemptAt: instantAfter(now, everyMs),
    deadlineAt: Math.max(state.deadlineAt, instantAfter(now, timeoutMs)),
  };
}
