import type { CheckState } from './check.ts';

/** What all checks together come to now. */
export type Verdict =
  | { kind: 'applied'; note: string }
  | { kind: 'waiting'; until: number; note: string }
  | { kind: 'failed'; reason: string; advice: string };

/** The outcome of the verify step from all its checks: every one must pass. */
export function verdictOf(states: readonly CheckState[]): Verdict {
  const failed = states.filter((state) => state.verdict === 'failed');
  const unasked = states.filter((state) => state.verdict === 'could_not_ask');
  const pending = states.filter((state) => state.verdict === 'pending');
  if (failed.length > 0) {
    return {
      kind: 'failed',
      reason: `Verification failed: ${failed.map(describe).join('; ')}.`,
      advice:
        'The target may be sick itself: go further back, switch the feature off, or send traffic to the healthiest copy. Then resume to verify again.',
    };
  }
  if (pending.length > 0) {
    const next = Math.min(...pending.map((state) => state.nextAttemptAt ?? state.startedAt));
    return {
      kind: 'waiting',
      until: next,
      note: `${states.filter((state) => state.verdict === 'passed').length} of ${states.length} checks passed`,
    };
  }
  if (unasked.length > 0) {
    return {
      kind: 'failed',
      reason: `Could not be verified: ${unasked.map(describe).join('; ')}.`,
      advice:
        'Look at the service yourself. When the source answers again, resume: verification starts anew.',
    };
  }
  return { kind: 'applied', note: `all ${states.length} checks passed` };
}

function describe(state: CheckState): string {
  return `${state.name}: ${state.reason ?? state.verdict}`;
}
