import { releaseName } from '../deployment/release-words.ts';
import { aboutService } from '../notification/about-service.ts';
import type { Notification } from '../notification/notification.ts';
import { forOutside } from '../notification/outside-words.ts';
import { aboutRun, tookMs } from './about-run.ts';
import { calledOff } from './called-off.ts';
import { askAgain, asNotBegun, runEvent, runNotification, whyStopped } from './conclude-run.ts';
import { hasChangedWorld } from './open-step.ts';
import type { RunContext } from './rollback-deployment.ts';
import type { RunStep, RunStop } from './run.ts';
import type { RunCommit } from './run-commit.ts';
import { stillDown } from './still-stopped.ts';

/**
 * A person asked to stop it, and how it ends cannot be said: its records do not read as they should. It stops all the same, nothing is
 * concluded from it, and whoever was told of it hears by whom. Where no step changed anything nobody has to look, and it is cancelled.
 */
export function concludeAsItStands(
  context: RunContext,
  step: RunStep | null,
  fault: string,
  now: number,
): RunCommit {
  const { run, steps } = context;
  const why = whyStopped(context);
  const isUntouched = orElse(() => !hasChangedWorld(steps), false);
  const stop: RunStop = {
    ordinal: isUntouched ? null : (step?.ordinal ?? null),
    reason: `${why} It could not be concluded: ${fault}`,
    endState: isUntouched ? 'Nothing that serves was changed.' : 'What is in place is as its steps left it.',
    advice: isUntouched
      ? 'Roll back again if it is wanted after all.'
      : 'Look at the workloads of the service before you roll back again.',
    refusals: [],
  };
  const text = `The rollback was stopped as it stands: ${stop.reason}`;
  const said = isUntouched ? 'cancelled' : 'stopped';
  return {
    run: { status: said, ...(isUntouched ? {} : { verdict: null }), finishedAt: now, stop },
    ...(isUntouched && step && { steps: asNotBegun(step) }),
    events: [runEvent({ run, type: `rollback.${said}`, at: now, text })],
    notifications: told(context, { why, stop, isUntouched }, now),
  };
}

/** What the fault says stays in the house. Who was not told that it begins is not told that it does not. */
function told(
  context: RunContext,
  { why, stop, isUntouched }: { why: string; stop: RunStop; isUntouched: boolean },
  now: number,
): Notification[] {
  const { run, service, target, steps } = context;
  if (isUntouched && run.plan === null) return [];
  const title = `Rollback of ${service.name} to ${releaseName(target)} ${isUntouched ? 'was cancelled' : 'stopped'}: ${why}`;
  const text = `${stop.endState} How it ended could not be recorded, and its page says why. ${stop.advice}`;
  const said = { run, at: now, occasion: `as-it-stands/${now}`, title: forOutside(title) };
  const unknown = { ...said, text, ...aboutService(service) } as const;
  if (isUntouched) {
    const ended = orElse(() => calledOff(context, { text, next: askAgain.next }, now), null);
    // What cannot be read is not said to be over.
    return [runNotification({ ...unknown, kind: 'still_wrong', urgency: 'info', ...ended })];
  }
  // Whoever stopped it knows that, and may not know that half of the service is down; nor does anybody where that cannot be read.
  const isDown = orElse(() => stillDown(steps).length > 0, true);
  return [
    runNotification({
      ...{ ...unknown, kind: 'rollback_failed', urgency: isDown ? 'page' : 'info' },
      ...orElse(() => aboutRun(context, { next: null, durationMs: tookMs(run, now) }), {}),
    }),
  ];
}

/** What is read of records that may be unreadable. */
function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
