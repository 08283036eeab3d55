import {
  type CheckState,
  checksOf,
  dueChecks,
  type HttpProbe,
  judgeAttempt,
  type MetricSource,
  type Rollout,
  startChecks,
  type VerificationCheck,
  verdictOf,
} from '@lastgood/domain';
import type { Clock } from '../clock.ts';
import type { Applied } from '../rollback/apply-step.ts';
import type { WorkContext } from '../rollback/work-context.ts';
import { attemptCheck } from './attempt-check.ts';

export interface VerifyDependencies {
  metrics: MetricSource;
  probe: HttpProbe;
  rollout: Rollout;
  clock: Clock;
}

/** One beat of verification: which checks are due, ask them, judge. */
export async function verify(
  deps: VerifyDependencies,
  context: WorkContext,
  signal: AbortSignal,
): Promise<Applied> {
  const { run, service, checks: stored } = context;
  if (!run.plan) throw new Error(`run ${run.id} is verified without a plan`);
  const checks = checksOf(service, run.plan);
  const states = stored.length > 0 ? stored : inLane(startChecks(checks, deps.clock.now()), run.lane);
  const due = dueChecks(states, deps.clock.now());
  const tried = await Promise.all(due.map((state) => tryCheck(deps, context, state, checks, signal)));
  const next = states.map((state) => tried.find((one) => one.name === state.name) ?? state);
  return { outcome: verdictOf(next), sent: false, checks: next };
}

function inLane(states: CheckState[], lane: number | undefined): CheckState[] {
  return lane ? states.map((state) => ({ ...state, lane })) : states;
}

async function tryCheck(
  deps: VerifyDependencies,
  context: WorkContext,
  state: CheckState,
  checks: readonly VerificationCheck[],
  signal: AbortSignal,
): Promise<CheckState> {
  const check = checks.find((one) => one.name === state.name);
  if (!check)
    return judgeAttempt(
      { ...state, deadlineAt: 0 },
      { kind: 'could-not-ask', reason: 'the check was removed from the service' },
      0,
      deps.clock.now(),
    );
  const attempt = await attemptCheck(deps, context, check, signal);
  return judgeAttempt(state, attempt, check.everyMs, deps.clock.now());
}
