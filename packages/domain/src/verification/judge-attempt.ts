import type { CheckState } from './check.ts';
import type { Attempt } from './check-kind.ts';

/** A check after one attempt: passed after N passes in a row, failed or could-not-ask when its time is over. */
export function judgeAttempt(state: CheckState, attempt: Attempt, everyMs: number, now: number): CheckState {
  if (state.verdict !== 'pending') return state;
  const tried = { ...state, attempts: state.attempts + 1, lastAttemptAt: now };
  const passesInARow = attempt.kind === 'seen' && attempt.pass ? state.passesInARow + 1 : 0;
  const seen =
    attempt.kind === 'seen'
      ? {
          actual: attempt.actual,
          reason: attempt.pass ? null : `expected ${state.expected}, got ${attempt.actual}`,
        }
      : { reason: attempt.reason };
  const next: CheckState = { ...tried, ...seen, passesInARow };
  if (passesInARow >= state.passesNeeded) return { ...next, verdict: 'passed', nextAttemptAt: null };
  if (now >= state.deadlineAt) return { ...next, ...expired(attempt), nextAttemptAt: null };
  return { ...next, nextAttemptAt: Math.min(now + everyMs, Math.max(state.deadlineAt, now)) };
}

/** The last attempt decides what a check whose time is over says; a pass that came too late is not enough. */
function expired(attempt: Attempt): Pick<CheckState, 'verdict'> & Partial<CheckState> {
  if (attempt.kind === 'could-not-ask') return { verdict: 'could_not_ask' };
  return attempt.pass
    ? { verdict: 'failed', reason: 'passed too few times in a row before its time was over' }
    : { verdict: 'failed' };
}

export function dueChecks(states: readonly CheckState[], now: number): CheckState[] {
  return states.filter((state) => state.verdict === 'pending' && (state.nextAttemptAt ?? now) <= now);
}
