import {
  type CheckState,
  type CheckSubject,
  type ClaimedRun,
  checksOf,
  dueChecks,
  judgeAttempt,
  startChecks,
  type Verdict,
  type VerificationCheck,
  variablesOf,
  verdictOf,
} from '@lastgood/domain';
import { attemptCheck, type VerifyDependencies } from './attempt-check.ts';

/** One beat of verification: which checks are due, ask them, judge. */
export async function verify(
  deps: VerifyDependencies,
  { run, service, target, checks: stored }: Pick<ClaimedRun, 'run' | 'service' | 'target' | 'checks'>,
  signal: AbortSignal,
): Promise<{ outcome: Verdict; checks: CheckState[] }> {
  if (!run.plan) throw new Error(`run ${run.id} is verified without a plan`);
  const { cluster, namespace } = service;
  const subject: CheckSubject = { cluster, namespace, variables: variablesOf(service, target) };
  const checks = checksOf(service, run.plan);
  const states = stored.length > 0 ? stored : inLane(startChecks(checks, deps.clock.now()), run.lane);
  const due = dueChecks(states, deps.clock.now());
  const tried = await Promise.all(due.map((state) => tryCheck({ deps, subject, state, checks, signal })));
  const next = states.map((state) => tried.find((one) => one.name === state.name) ?? state);
  return { outcome: verdictOf(next), checks: next };
}

function inLane(states: CheckState[], lane: number | undefined): CheckState[] {
  return lane ? states.map((state) => ({ ...state, lane })) : states;
}

interface Try {
  deps: VerifyDependencies;
  subject: CheckSubject;
  state: CheckState;
  checks: readonly VerificationCheck[];
  signal: AbortSignal;
}

async function tryCheck({ deps, subject, state, checks, signal }: Try): Promise<CheckState> {
  const check = checks.find((one) => one.name === state.name);
  if (!check)
    return judgeAttempt(
      { ...state, deadlineAt: 0 },
      { kind: 'could-not-ask', reason: 'the check was removed from the service' },
      0,
      deps.clock.now(),
    );
  const attempt = await attemptCheck(deps, subject, check, signal);
  return judgeAttempt(state, attempt, check.everyMs, deps.clock.now());
}
