import type { EventType, NewEvent } from '../audit/events.ts';
import type { Deployment, DeploymentPatch } from '../deployment/deployment.ts';
import type { Notification } from '../notification/notification.ts';
import type { Service } from '../service/service.ts';
import { isSkippedVerification } from './commands.ts';
import { holdsFor } from './holds-for.ts';
import { laneId } from './lanes.ts';
import { hasChangedWorld, openStep } from './open-step.ts';
import type { Refusal } from './plan.ts';
import { completedRollback, stoppedRollback } from './rollback-deployment.ts';
import type { Run, RunStep, RunStop } from './run.ts';
import type { RunCommit, StepPatch } from './run-commit.ts';

/** A run with what surrounds it, as conclusions need it. */
export interface RunContext {
  run: Run;
  steps: readonly RunStep[];
  service: Service;
  deployment: Deployment;
  target: Deployment;
}

/** Every step applied and verified: only now is the deployment *rolled back*. Without verification it has stopped. */
export function concludeDone(context: RunContext, now: number): RunCommit {
  const unverified = context.steps.find(isSkippedVerification);
  if (unverified) return concludeUnverified(context, unverified, now);
  const { run, deployment, target, service } = context;
  const text = `${service.name} is back on release ${target.release}, verified.`;
  return {
    run: { status: 'done', verdict: 'passed', finishedAt: now, stop: null },
    deployments: [
      {
        id: deployment.id,
        status: 'rolled_back',
        proof: 'unproven',
        rolledBackAt: now,
        rollbackReason: run.reason,
        watchClosedAt: now,
      },
      completedRollback(run, deployment, context.steps, service.policy.watchWindowMs, now),
    ],
    holds: holdsFor(context, now),
    events: [
      runEvent(context, 'rollback.passed', now, text),
      runEvent(context, 'deployment.rolled-back', now, `Release ${deployment.release} is rolled back.`),
    ],
    notifications: [runNotification(context, 'rolled_back', 'info', now, 'done', text, run.reason)],
  };
}

/** A failed step: stopped at a named place in a defined end state, with one page that says what to do next. */
export function concludeFailed(
  context: RunContext,
  step: RunStep,
  reason: string,
  advice: string,
  now: number,
): RunCommit {
  const verifying = step.planned.step.kind === 'verify';
  const stop: RunStop = {
    ordinal: step.ordinal,
    reason,
    endState: endState(context, step),
    advice,
    refusals: [],
  };
  return stopped(context, stop, {
    verdict: verifying ? 'failed' : null,
    occasion: `${step.ordinal}/${step.attempts}`,
    urgency: 'page',
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
 * A person asked for it: stopped before `step`, in the state that step leaves behind. Where nothing was changed yet there is
 * nothing to go on with, and the run is cancelled.
 */
export function concludeStopAsked(context: RunContext, step: RunStep | null, now: number): RunCommit {
  const { by, reason } = context.run.stopAsked ?? { by: 'somebody', reason: null };
  const why = `${by} stopped it${reason ? `: ${reason}` : ''}.`;
  if (!step || !hasChangedWorld(context.steps)) return cancelled(context, why, now);
  const stop: RunStop = {
    ordinal: step.ordinal,
    reason: why,
    endState: endState(context, step),
    advice: 'Resume it when it should go on; the rest of the plan is unchanged.',
    refusals: [],
  };
  const put = { verdict: null, occasion: `asked/${now}`, urgency: 'info', now } as const;
  return { ...stopped(context, stop, put), steps: putBack(step) };
}

function cancelled(context: RunContext, why: string, now: number): RunCommit {
  const { run, service, target, steps } = context;
  const stop: RunStop = {
    ordinal: null,
    reason: why,
    endState: 'Nothing was changed.',
    advice: 'Roll back again if it is wanted after all.',
    refusals: [],
  };
  const text = `The rollback of ${service.name} to release ${target.release} was cancelled: ${why} Nothing was changed.`;
  const open = openStep(steps);
  return {
    run: { status: 'cancelled', finishedAt: now, stop },
    ...(open ? { steps: putBack(open) } : {}),
    events: [runEvent(context, 'rollback.cancelled', now, text)],
    // Only who was told that it begins is told that it does not.
    notifications: run.plan
      ? [runNotification(context, 'rollback_failed', 'info', now, `asked/${now}`, text, stop.advice)]
      : [],
  };
}

/** A look that was broken off counts as not begun. */
function putBack(step: RunStep): StepPatch[] {
  return [{ ordinal: step.ordinal, status: 'pending', startedAt: null, dueAt: null, note: null }];
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
  now: number;
}

function stopped(
  context: RunContext,
  stop: RunStop,
  { verdict, occasion, urgency, now }: Stopping,
): RunCommit {
  const { service, target } = context;
  const text = `Rollback of ${service.name} to release ${target.release} stopped: ${stop.reason}`;
  const touched = hasTouched(context.steps);
  const patch: DeploymentPatch[] = touched
    ? [stoppedRollback(context.run, context.deployment, context.steps, now)]
    : [];
  return {
    run: { status: 'stopped', verdict, finishedAt: now, stop },
    deployments: patch,
    holds: touched ? holdsFor(context, now) : [],
    events: [runEvent(context, 'rollback.stopped', now, text)],
    notifications: [
      runNotification(
        context,
        'rollback_failed',
        urgency,
        now,
        occasion,
        text,
        `${stop.endState} ${stop.advice}`,
      ),
    ],
  };
}

/** What is left behind: the failed step says it for itself, the steps before it are done and stay done. */
function endState({ steps }: RunContext, failed: RunStep): string {
  const done = steps.filter((step) => step.status === 'applied' && step.ordinal < failed.ordinal).length;
  return `${done} of ${steps.length} steps are done. ${failed.planned.leavesBehind}`;
}

export function hasTouched(steps: readonly RunStep[]): boolean {
  return steps.some(({ planned, status }) => planned.step.kind === 'set-template' && status === 'applied');
}

export function runEvent(
  context: Pick<RunContext, 'run'>,
  type: EventType,
  at: number,
  text: string,
): NewEvent {
  const { run } = context;
  return { type, at, service: run.service, deploymentId: run.deploymentId, runId: run.id, text, data: {} };
}

export function runNotification(
  { run }: Pick<RunContext, 'run'>,
  kind: Notification['kind'],
  urgency: Notification['urgency'],
  at: number,
  occasion: string,
  title: string,
  text: string,
): Notification {
  return {
    key: `run/${laneId(run)}/${kind}/${occasion}`,
    kind,
    urgency,
    at,
    service: run.service,
    deploymentId: run.deploymentId,
    runId: run.id,
    title,
    text,
  };
}
