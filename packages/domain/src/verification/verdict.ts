import type { CheckState, CheckVerdict } from './check.ts';

/** What all checks together come to now. */
export type Verdict =
  | { kind: 'applied'; note: string }
  | { kind: 'waiting'; until: number; note: string }
  /** `isUnproven`: nothing speaks against it, and nothing for it. */
  | { kind: 'failed'; reason: string; advice: string; isUnproven?: true };

/** The outcome of the verify step from all its checks: every one must pass, and there must be one. */
export function verdictOf(states: readonly CheckState[]): Verdict {
  const those = (verdict: CheckVerdict) => states.filter((state) => state.verdict === verdict);
  const [failed, unasked, pending] = [those('failed'), those('could_not_ask'), those('pending')];
  const idle = those('nothing_serves');
  if (states.length === 0) return unproven('Nothing proves that it works: there is no check to ask', declare);
  // Whatever else fails, it fails because nothing serves.
  if (idle.length > 0)
    return unproven(`The change is made, but nothing proves it: ${inWords(idle)}`, scaleUp);
  if (failed.length > 0)
    return { kind: 'failed', reason: `Verification failed: ${inWords(failed)}.`, advice: sick };
  if (pending.length > 0) {
    const next = Math.min(...pending.map((state) => state.nextAttemptAt ?? state.startedAt));
    const note = `${those('passed').length} of ${states.length} checks passed`;
    return { kind: 'waiting', until: next, note };
  }
  if (unasked.length > 0) return unproven(`Could not be verified: ${inWords(unasked)}`, askAgain);
  return {
    kind: 'applied',
    note: states.length === 1 ? 'the check passed' : `all ${states.length} checks passed`,
  };
}

const declare = 'Look at the service yourself; declare a check, then resume: it is verified then.';
const scaleUp = 'Scale it up, then resume: it is verified then.';
const sick =
  'The target may be sick itself: go further back, switch the feature off, or send traffic to the healthiest copy. Then resume to verify again.';
const askAgain =
  'Look at the service yourself. When the source answers again, resume: verification starts anew.';

function unproven(reason: string, advice: string): Verdict {
  return { kind: 'failed', reason: `${reason}.`, advice, isUnproven: true };
}

function inWords(states: readonly CheckState[]): string {
  return states.map((state) => `${state.name}: ${state.reason ?? state.verdict}`).join('; ');
}
