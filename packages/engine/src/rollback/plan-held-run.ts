import { concludeRefused, concludeWithdrawn, type PlanResult, type Refusal } from '@lastgood/domain';
import { withDeadline } from '../clock.ts';
import { commitAndBegin } from './commit-and-begin.ts';
import { concludeHeldRun } from './conclude-held-run.ts';
import type { HeldRun } from './held-run.ts';
import { isThirdVersion, lookAfresh, mayBeLate, whyWithdrawn } from './look-afresh.ts';
import { prepareRun } from './prepare.ts';
import { stepCommit } from './step-commit.ts';
import type { WorkContext } from './work-context.ts';
import type { WorkerDependencies } from './worker-dependencies.ts';

/** How long an outside that does not answer may delay the plan, and how soon it is asked again. */
const planWithinMs = 5 * 60_000;
const askAgainMs = 5_000;
/** One preparation may take this long before it is aborted. */
const prepareWithinMs = 60_000;

/** Plans a run that has no plan yet. True when the run goes on at once. */
export async function planHeldRun(deps: WorkerDependencies, held: HeldRun): Promise<boolean> {
  const { context } = held;
  const result = await planTo(deps, context, held.signal);
  if (held.lost()) return false;
  if (result.kind === 'refused' && result.refusals.some(isThirdVersion) && mayBeLate(context))
    return decideAgain(deps, held, result.refusals);
  return prepared(deps, held, result);
}

async function planTo(
  deps: WorkerDependencies,
  context: WorkContext,
  signal: AbortSignal,
): Promise<PlanResult> {
  return withDeadline(deps.clock, prepareWithinMs, signal, (deadline) =>
    (deps.prepare ?? prepareRun)(deps, context, deadline),
  );
}

/** Writes the plan, or why there is none. True when the run goes on at once. */
async function prepared(deps: WorkerDependencies, held: HeldRun, result: PlanResult): Promise<boolean> {
  const { context } = held;
  const now = deps.clock.now();
  if (result.kind === 'plan') return commitAndBegin(held, stepCommit.planned(context, result.plan, now), now);
  const unreachable = result.refusals.every((refusal) => refusal.code === 'source-unreachable');
  const patient = now - (context.run.startedAt ?? now) < planWithinMs;
  await held.commit(
    unreachable && patient
      ? stepCommit.delayed(context, result.refusals, now, now + askAgainMs)
      : concludeRefused(context, result.refusals, now),
  );
  return false;
}

/** The records were late: withdrawn where a newer release explains what is there, planned once more where they are mended. */
async function decideAgain(deps: WorkerDependencies, held: HeldRun, refusals: Refusal[]): Promise<boolean> {
  const { context } = held;
  const afresh = await lookedAfresh(deps, held);
  if (held.lost()) return false;
  if (afresh.kind === 'newer')
    return concludeHeldRun(deps, held, 0, (lane, now) =>
      concludeWithdrawn(lane, whyWithdrawn(lane, afresh), now),
    );
  if (afresh.kind === 'as-known') return prepared(deps, held, { kind: 'refused', refusals });
  held.context = { ...context, deployment: afresh.deployment };
  const again = await planTo(deps, held.context, held.signal);
  return held.lost() ? false : prepared(deps, held, again);
}

/** Why the run is withdrawn at its fence, because its records were late; null when they were not. */
export async function whyLate(deps: WorkerDependencies, held: HeldRun): Promise<string | null> {
  if (!mayBeLate(held.context)) return null;
  const afresh = await lookedAfresh(deps, held);
  return afresh.kind === 'as-known' ? null : whyWithdrawn(held.context, afresh);
}

function lookedAfresh(deps: WorkerDependencies, { context, signal }: HeldRun) {
  return withDeadline(deps.clock, prepareWithinMs, signal, (deadline) => lookAfresh(deps, context, deadline));
}
