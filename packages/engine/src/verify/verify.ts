import {
  type CheckState,
  type CheckSubject,
  type ClaimedRun,
  checkKind,
  checksOf,
  type Deployment,
  dueChecks,
  judgeAgain,
  judgeAttempt,
  nextOptions,
  type Plan,
  type Service,
  type StepOutcome,
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
  const last =
    verdictOf(next).kind === 'applied'
      ? await askedAgain({ deps, subject, checks, signal }, next, (one) => !tried.includes(one))
      : next;
  return { outcome: withOptions(verdictOf(last), run.plan), checks: last };
}

/** Of a run that passed all its checks a while ago: whether what it went back to serves still. Null where it does. */
export async function servesStill(
  deps: VerifyDependencies,
  { run, service, target, checks: states }: Pick<ClaimedRun, 'run' | 'service' | 'target' | 'checks'>,
  signal: AbortSignal,
): Promise<StepOutcome | null> {
  if (!run.plan) throw new Error(`run ${run.id} is verified without a plan`);
  const subject = await subjectOf(deps, service, target, signal);
  const asking = { deps, subject, checks: checksOf(service, run.plan), signal };
  const lost = (await askedAgain(asking, states, () => true)).filter(({ verdict }) => verdict !== 'passed');
  if (lost.length === 0) return null;
  const words = lost.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  const advice = 'Look at the service yourself, or resume: what serves is looked at again then.';
  return { kind: 'failed', reason: `It had passed its checks, but ${words}.`, advice, isUnproven: true };
}

/** What says which pods serve is true of the moment in which all is proven: it is asked once more then. */
function askedAgain(
  { deps, subject, checks, signal }: Omit<Try, 'state'>,
  states: readonly CheckState[],
  isOld: (state: CheckState) => boolean,
): Promise<CheckState[]> {
  return Promise.all(
    states.map(async (state) => {
      const check = checks.find(({ name }) => name === state.name);
      if (!check || !isOld(state) || checkKind(check.type).ask(check, subject).port !== 'rollout')
        return state;
      const attempt = await attemptCheck(deps, subject, check, signal);
      return judgeAgain(state, attempt, check, deps.clock.now());
    }),
  );
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
