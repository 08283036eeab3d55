import { instantAfter } from '../instant-after.ts';
import { formatSpan } from '../trigger/format.ts';
import type { CheckState } from './check.ts';
import type { Attempt } from './check-kind.ts';

/**
 * A check after one attempt: passed after N passes in a row, failed or could-not-ask when its time is over. What speaks of the
 * time before verification began, when the change was just made, counts neither for nor against; a query is given the time
 * that it looks into the past. Where nothing serves, nothing will be proven by asking again.
 */
export function judgeAttempt(state: CheckState, attempt: Attempt, everyMs: number, now: number): CheckState {
  if (state.verdict !== 'pending') return state;
  const tried = { ...state, attempts: state.attempts + 1, lastAttemptAt: now };
  if (attempt.kind === 'nothing-serves')
    return { ...tried, ...seenBy(attempt, state), verdict: 'nothing_serves', nextAttemptAt: null };
  const early = isEarly(attempt, state);
  const passesInARow = attempt.kind === 'seen' && attempt.pass && !early ? state.passesInARow + 1 : 0;
  const deadlineAt = Math.max(state.deadlineAt, early ? clearAt(attempt, state, everyMs, now) : 0);
  const next: CheckState = { ...tried, ...seenBy(attempt, state), passesInARow, deadlineAt };
  if (passesInARow >= state.passesNeeded) return { ...next, verdict: 'passed', nextAttemptAt: null };
  if (now >= deadlineAt) return { ...next, ...expired(attempt, early), nextAttemptAt: null };
  return { ...next, nextAttemptAt: Math.min(instantAfter(now, everyMs), deadlineAt) };
}

function isEarly(attempt: Attempt, { startedAt }: CheckState): boolean {
  return attempt.kind === 'seen' && attempt.age !== undefined && attempt.age.since < startedAt;
}

/**
 * When a query that looks into the past can have passed often enough, twice over: answers take their time too, and a healthy target
 * must not run out of it. A cache is not waited for.
 */
function clearAt(attempt: Attempt, state: CheckState, everyMs: number, now: number): number {
  if (attempt.kind !== 'seen' || attempt.age?.from !== 'window') return 0;
  return instantAfter(state.startedAt + (now - attempt.age.since), 2 * state.passesNeeded * everyMs);
}

function seenBy(attempt: Attempt, state: CheckState): Pick<CheckState, 'reason'> & Partial<CheckState> {
  if (attempt.kind !== 'seen') return { reason: attempt.reason };
  const { actual, pass, age } = attempt;
  if (age && isEarly(attempt, state)) return { actual, reason: early(age.from, state.startedAt - age.since) };
  return { actual, reason: pass ? null : `expected ${state.expected}, got ${actual}` };
}

function early(from: 'window' | 'cache', byMs: number): string {
  const before = `${formatSpan(byMs)} from before the change`;
  return from === 'window'
    ? `does not count yet: the query looks into the past, still ${before}`
    : `does not count: a cache answered with something ${before}`;
}

/** The last attempt decides what a check whose time is over says; a pass that came too late is not enough. */
function expired(
  attempt: Exclude<Attempt, { kind: 'nothing-serves' }>,
  isTooOld: boolean,
): Pick<CheckState, 'verdict'> & Partial<CheckState> {
  if (attempt.kind === 'could-not-ask' || isTooOld) return { verdict: 'could_not_ask' };
  return attempt.pass
    ? { verdict: 'failed', reason: 'passed too few times in a row before its time was over' }
    : { verdict: 'failed' };
}

export function dueChecks(states: readonly CheckState[], now: number): CheckState[] {
  return states.filter((state) => state.verdict === 'pending' && (state.nextAttemptAt ?? now) <= now);
}
