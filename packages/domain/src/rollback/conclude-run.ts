import { eventAbout, type NewEvent } from '../audit/events.ts';
import type { DeploymentPatch } from '../deployment/deployment.ts';
import type { Hold } from '../deployment/hold.ts';
import { incidentOver } from '../deployment/incident-over.ts';
import { putBackWatchMs } from '../deployment/put-back.ts';
import { releaseRecord } from '../deployment/release-record.ts';
import { releaseName, releaseSubject } from '../deployment/release-words.ts';
import type { ServedRelease } from '../deployment/told-of-replaced.ts';
import { instantAfter } from '../instant-after.ts';
import type { NotificationFacts } from '../notification/facts.ts';
import type { MadeNotification, Notification, Urged } from '../notification/notification.ts';
import { forOutside } from '../notification/outside-words.ts';
import { aboutRun, tookMs, whyInWords } from './about-run.ts';
import { calledOff } from './called-off.ts';
import { isSkippedVerification } from './commands.ts';
import { contractOf } from './contract-of.ts';
import { holdsFor } from './holds-for.ts';
import { laneId, stopsOthers } from './lanes.ts';
import { changesWhatServes, hasChangedWorld, isProof, openStep } from './open-step.ts';
import { overtakenCode } from './overtaken-proof.ts';
import type { Refusal } from './refusal.ts';
import {
  completedRollback,
  type RunContext,
  rollbackDeploymentId,
  stoppedRollback,
} from './rollback-deployment.ts';
import type { RunStep, RunStop, StepOutcome } from './run.ts';
import type { RunCommit, StepPatch } from './run-commit.ts';
import { stillDown, stillDownInWords } from './still-stopped.ts';
import { leftBehindAsFound } from './what-is-set.ts';

/** Every step applied and verified: only now is the deployment *rolled back*. Without verification it has stopped. */
export function concludeDone(context: RunContext, now: number): RunCommit {
  const unverified = context.steps.find(isSkippedVerification);
  if (unverified) return concludeUnverified(context, unverified, now);
  const { run, deployment, service } = context;
  const text = doneInWords(context);
  const held = holds(context, now);
  const rolledBack = `${releaseSubject(deployment)} is rolled back.`;
  return {
    run: { status: 'done', verdict: 'passed', finishedAt: now, stop: null },
    deployments: context.isRecorded ? [takenBack(context, now), completedRollback(context, now)] : [],
    holds: held,
    ...(context.isRecorded && { served: [broughtBack(context, now)] }),
    events: [
      runEvent({ run, type: 'rollback.passed', at: now, text }),
      ...(context.isRecorded
        ? [runEvent({ run, type: 'deployment.rolled-back', at: now, text: rolledBack })]
        : []),
    ],
    notifications: [
      runNotification({
        ...{ run, at: now, occasion: 'done', title: text },
        // Nobody is told that a release is taken back of which no step took anything back.
        ...(context.isRecorded
          ? {
              ...{ kind: 'rolled_back', urgency: 'info', text: whyInWords(run) },
              ...aboutRun(context, {
                next: afterDone(context, held, now),
                ...{ durationMs: tookMs(run, now), isWhy: true },
              }),
            }
          : calledOff(
              context,
              {
                ...{ text: whyInWords(run), isWhy: true, next: askAgain.next },
                isUnseen: run.requester.kind === 'automatic',
              },
              now,
            )),
      }),
      ...(context.isRecorded
        ? [
            releaseRecord('deployment_rolled_back', deployment, service, {
              ...{ at: now, text: rolledBack, runId: run.id },
            }),
          ]
        : []),
    ],
  };
}

/** What the rollback returned to serves in place of everything before it, but for itself. What it took back is told so. */
function broughtBack({ run, deployment, target, service }: RunContext, at: number): ServedRelease {
  const again = { ...target, id: rollbackDeploymentId(run), origin: 'rollback' } as const;
  return { release: again, service, at, butFor: [deployment.id, target.id] };
}

/** What was taken back and is held may be put back by whoever deploys it: that is watched for a while. */
function afterDone(
  { service, deployment }: RunContext,
  held: readonly Hold[],
  now: number,
): NotificationFacts['next'] {
  if (held.length === 0) return { text: 'Nothing is left to do.', at: null };
  const text = `${releaseSubject(deployment)} is held, and Lastgood watches whether anybody puts it back. The watch ends.`;
  return { text, at: instantAfter(now, putBackWatchMs(service.policy)) };
}

function takenBack({ run, deployment }: RunContext, now: number): DeploymentPatch {
  return {
    id: deployment.id,
    status: 'rolled_back',
    proof: 'unproven',
    rolledBackAt: now,
    rollbackReason: run.reason,
    watchClosedAt: now,
  };
}

/** Only a run that changed what serves is back on a release. */
function doneInWords({ service, deployment, target, steps, isRecorded }: RunContext): string {
  if (!isRecorded)
    return `${service.name} is not rolled back: no step changed anything. What serves passed its checks.`;
  if (steps.some(changesWhatServes)) return `${service.name} is back on ${releaseName(target)}, verified.`;
  return `${service.name}: what ${releaseName(deployment)} changed is taken back as of ${releaseName(target)}, verified. Its code was left as it is.`;
}

/** A failed step: stopped at a named place in a defined end state, with one page that says what to do next. */
export function concludeFailed(
  context: RunContext,
  step: RunStep,
  {
    code,
    reason,
    advice,
    endState: found,
    sent,
    isUnproven,
  }: Omit<Extract<StepOutcome, { kind: 'failed' }>, 'kind'> & { sent: boolean },
  now: number,
): RunCommit {
  const isOvertaken = code === overtakenCode;
  if (isOvertaken && !context.isRecorded)
    return cancelled(context, { ...askAgain, why: reason, advice }, now);
  const stop: RunStop = {
    ordinal: step.ordinal,
    reason,
    // Whoever has to know that half of the service is down is told so whatever the step says of itself.
    endState:
      found === undefined ? endState(context, step) : `${found} ${stillDownInWords(context.steps)}`.trim(),
    advice,
    refusals: [],
  };
  return stopped(context, stop, {
    verdict: isProof(step) && !isUnproven ? 'failed' : null,
    occasion: `${step.ordinal}/${step.attempts}`,
    // Whoever brings out what is newer is at it, and that calls for itself.
    urgency: isOvertaken && stillDown(context.steps).length === 0 ? 'info' : 'page',
    unsent: sent ? null : step.ordinal,
    now,
  });
}

/** Everything is done but for the proof, which a person left out. */
function concludeUnverified(context: RunContext, step: RunStep, now: number): RunCommit {
  const stop: RunStop = {
    ordinal: step.ordinal,
    reason: `Nothing proves that it works: ${step.note ?? 'the verification was left out'}.`,
    endState: endState(context, step),
    advice: 'Look at the service yourself, or resume: it is verified then.',
    refusals: [],
  };
  return stopped(context, stop, { verdict: null, occasion: `unverified/${now}`, urgency: 'info', now });
}

/**
 * A person asked for it, or another member of its group has stopped: stopped before `step`, in the state that step leaves
 * behind. Where nothing was changed yet there is nothing to go on with, and the run is cancelled.
 */
export function concludeStopAsked(context: RunContext, step: RunStep | null, now: number): RunCommit {
  const why = whyStopped(context);
  if (!step || !hasChangedWorld(context.steps)) return cancelled(context, { why, ...askAgain }, now);
  const stop: RunStop = {
    ordinal: step.ordinal,
    reason: why,
    endState: endState(context, step),
    advice: 'Resume it when it should go on; the rest of the plan is unchanged.',
    refusals: [],
  };
  // Whoever asked for it knows that it stopped, and may not know that half of the service is down.
  const urgency = stillDown(context.steps).length > 0 ? 'page' : 'info';
  const put = { verdict: null, occasion: `asked/${now}`, urgency, now } as const;
  return { ...stopped(context, stop, put), steps: asNotBegun(step) };
}

export function whyStopped({ run }: Pick<RunContext, 'run'>): string {
  const other = run.stopAsked ? undefined : stopsOthers(run);
  if (other) return `${other.service.split('/').at(-1)}, which goes back together with it, has stopped.`;
  const { by, reason } = run.stopAsked ?? { by: 'somebody', reason: null };
  return `${by} stopped it${reason ? `: ${reason}` : ''}.`;
}

/**
 * What it was decided by is not true any more, and nothing was changed: nothing is to be resumed, nobody is woken, and it is
 * no attempt. What is true now is decided by itself.
 */
export function concludeWithdrawn(context: RunContext, why: string, now: number): RunCommit {
  const advice = 'Its triggers are judged by what is recorded now.';
  const next = { text: advice, at: null };
  const ended = cancelled(context, { why, advice, next, nextIfWrong: next }, now);
  const { run, deployment, service } = context;
  // Whoever waits for it, and was not told that it began, is told that it does not come. What fires on is not over.
  if (run.plan || context.unresolved !== null) return ended;
  return { ...ended, notifications: [incidentOver(deployment, service, { kind: 'withdrawn' }, now)] };
}

/** What is said of one that somebody called off. */
export const askAgain = {
  advice: 'Roll back again if it is wanted after all.',
  next: { text: 'It stays as it is, unless its triggers call for a rollback again.', at: null },
};

function cancelled(
  context: RunContext,
  {
    why,
    advice,
    ...follows
  }: { why: string; advice: string } & Pick<Parameters<typeof calledOff>[1], 'next' | 'nextIfWrong'>,
  now: number,
): RunCommit {
  const { run, service, target, steps } = context;
  const endState = leftByLooking(steps);
  const stop: RunStop = { ordinal: null, reason: why, endState, advice, refusals: [] };
  const text = `The rollback of ${service.name} to ${releaseName(target)} was cancelled: ${why} ${endState}`;
  const open = openStep(steps);
  const ended: RunCommit = {
    run: { status: 'cancelled', finishedAt: now, stop },
    events: [runEvent({ run, type: 'rollback.cancelled', at: now, text })],
    // Only who was told that it begins is told that it does not.
    notifications: run.plan
      ? [
          runNotification({
            ...{ run, at: now, occasion: `asked/${now}`, title: forOutside(text) },
            ...calledOff(context, { text: advice, ...follows }, now),
          }),
        ]
      : [],
  };
  return open ? { ...ended, steps: asNotBegun(open) } : ended;
}

/** A step that changes nothing that serves may have added something all the same. */
function leftByLooking(steps: readonly RunStep[]): string {
  const added = steps.flatMap(({ planned, status, attempts }) => {
    const { adds } = contractOf(planned.step);
    if (!adds || (status !== 'applied' && attempts === 0)) return [];
    return [status === 'applied' ? adds(planned.step) : planned.leavesBehind];
  });
  if (added.length === 0) return 'Nothing was changed.';
  return `Nothing that serves was changed. ${added.join(' ')}`;
}

/** A look that was broken off counts as not begun. */
export function asNotBegun(step: RunStep): StepPatch[] {
  return [{ ordinal: step.ordinal, status: 'pending', startedAt: null, dueAt: null, note: null }];
}

/** What a member of a group is told that was told that it begins, and never does: another one stopped before it. */
export function toldNeverBegun(
  context: RunContext,
  {
    status,
    stop,
    urgency,
  }: { status: 'stopped' | 'cancelled'; stop: RunStop; urgency: Notification['urgency'] },
  now: number,
): Notification[] {
  const { notifications = [] } =
    status === 'cancelled'
      ? cancelled(context, { why: stop.reason, ...askAgain }, now)
      : stopped(context, stop, { verdict: null, occasion: `never/${now}`, urgency, now });
  return notifications;
}

/** No plan: nothing was changed. */
export function concludeRefused(context: RunContext, refusals: readonly Refusal[], now: number): RunCommit {
  const stop: RunStop = {
    ordinal: null,
    reason: refusals.map((refusal) => refusal.reason).join(' '),
    endState: 'Nothing was changed.',
    advice: refusals.map((refusal) => refusal.advice).join(' '),
    refusals: [...refusals],
  };
  return stopped(context, stop, { verdict: null, occasion: `plan/${now}`, urgency: 'page', now });
}

/** How it stopped: `occasion` tells one stop of a run from the next, `page` wakes somebody. */
interface Stopping {
  verdict: 'failed' | null;
  occasion: string;
  urgency: Notification['urgency'];
  /** See `stoppedRollback`. */
  unsent?: number | null;
  now: number;
}

function stopped(
  context: RunContext,
  stop: RunStop,
  { verdict, occasion, urgency, unsent = null, now }: Stopping,
): RunCommit {
  const { run, service, target } = context;
  const text = `Rollback of ${service.name} to ${releaseName(target)} stopped: ${stop.reason}`;
  return {
    run: { status: 'stopped', verdict, finishedAt: now, stop },
    deployments: context.isRecorded ? [stoppedRollback(context, now, unsent)] : [],
    holds: holds(context, now, unsent),
    events: [runEvent({ run, type: 'rollback.stopped', at: now, text })],
    notifications: [
      runNotification({
        ...{ run, kind: 'rollback_failed', urgency, at: now, occasion },
        ...{ title: forOutside(text), text: forOutside(`${stop.endState} ${stop.advice}`) },
        ...aboutRun(context, { durationMs: tookMs(run, now) }),
      }),
    ],
  };
}

/** Nothing is held where nothing was changed. */
function holds(context: RunContext, now: number, unsent: number | null = null): Hold[] {
  return context.isRecorded ? holdsFor(context, now, unsent) : [];
}

/** What is left behind: the failed step says it for itself, the steps before it are done and stay done. */
function endState(context: RunContext, failed: RunStep): string {
  const { steps } = context;
  const done = steps.filter((step) => step.status === 'applied' && step.ordinal < failed.ordinal).length;
  return `${done} of ${steps.length} steps are done. ${leftBehindAsFound(context, failed)}`;
}

/** A line in the timeline about a run. */
export function runEvent({
  run,
  ...said
}: Pick<RunContext, 'run'> & Pick<NewEvent, 'type' | 'at' | 'text'>): NewEvent {
  return eventAbout({ ...said, service: run.service, deploymentId: run.deploymentId, runId: run.id });
}

/** @param occasion tells one notification of a kind about this run from the next */
export function runNotification({
  run,
  occasion,
  ...said
}: Pick<RunContext, 'run'> &
  Urged &
  Pick<Notification, 'at' | 'title' | 'text' | 'facts' | 'routes'> & {
    occasion: string;
  }): MadeNotification {
  return {
    ...said,
    key: `run/${laneId(run)}/${said.kind}/${occasion}`,
    service: run.service,
    deploymentId: run.deploymentId,
    runId: run.id,
  };
}
