import {
  type CheckState,
  type CheckSubject,
  type ClaimedRun,
  checksOf,
  type Deployment,
  dueChecks,
  judgeAttempt,
  nextOptions,
  type Plan,
  type Service,
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
  const checks = checksOf(service, run.plan);
  const states = stored.length > 0 ? stored : inLane(startChecks(checks, deps.clock.now()), run.lane);
  const due = dueChecks(states, deps.clock.now());
  const subject = await subjectOf(deps, service, target, signal);
  const tried = await Promise.all(due.map((state) => tryCheck({ deps, subject, state, checks, signal })));
  const next = states.map((state) => tried.find((one) => one.name === state.name) ?? state);
  return { outcome: withOptions(verdictOf(next), run.plan), checks: next };
}

/** A target that has failed is the moment to say what else there is. */
function withOptions(verdict: Verdict, plan: Plan): Verdict {
  if (verdict.kind !== 'failed' || verdict.isUnproven) return verdict;
  return { ...verdict, advice: nextOptions(plan) };
}

/**
 * What the placeholders of a query stand for is the target as it serves now: pinned by digest, or in a cluster that counts its
 * templates differently since, its pods bear another hash than the one recorded.
 */
async function subjectOf(
  { rollout }: VerifyDependencies,
  service: Service,
  target: Deployment,
  signal: AbortSignal,
): Promise<CheckSubject> {
  const { cluster, namespace } = service;
  const subject = { cluster, namespace, variables: variablesOf(service, target) };
  const [workload] = service.workloads;
  const read = workload && (await rollout.read({ ...workload, cluster, namespace }, signal));
  const hash = read?.kind === 'found' ? read.observation.snapshot.podTemplateHash : null;
  return hash === null
    ? subject
    : { ...subject, variables: { ...subject.variables, POD_TEMPLATE_HASH: hash } };
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
