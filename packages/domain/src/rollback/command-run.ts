import { type EventType, eventAbout, type NewEvent } from '../audit/events.ts';
import {
  hurriedSteps,
  isSkippedVerification,
  named,
  outlookOf,
  stepInProgress,
  undoOutlook,
} from './commands.ts';
import type { Overtaking } from './overtaking.ts';
import { type Requester, type Run, type RunStep, unsigned } from './run.ts';
import type { StepPatch } from './run-commit.ts';

/**
 * What a person tells a run. Beside those of `RunCommand`:
 *
 * - `undo`: only while it is queued and before its start.
 * - `edit`: the reason is written better, at any time.
 * - `sign`: who asked for it without a name gives one, at any time.
 *
 * `skip` names the step that the person saw, which may no longer be the one in progress.
 */
export type GivenCommand =
  | { command: 'undo' }
  | { command: 'sign' }
  | { command: 'resume' | 'retry' | 'hurry' }
  | { command: 'skip'; ordinal: number; reason: string }
  | { command: 'stop'; reason: string | null }
  | { command: 'edit'; reason: string };

/** Who gave it, and when by the caller's clock. */
export interface CommandGiver {
  by: string;
  at: number;
}

/** A run under its lock, with what is seen beside it. */
export interface CommandedRun {
  run: Run;
  steps: RunStep[];
  /** Another run that is active for a service which this one has not finished with. */
  otherActive: string | null;
  /** What has come after it since it stopped. */
  overtakenBy: Overtaking | null;
  /** By the database's clock. */
  isBeforeStart: boolean;
}

/** What a command changes. */
export interface RunChange {
  run: Partial<
    Pick<
      Run,
      'status' | 'requester' | 'reason' | 'finishedAt' | 'verdict' | 'stop' | 'stopAsked' | 'pausedMs'
    >
  >;
  steps: StepPatch[];
  /** Verification starts afresh. */
  dropsChecks: boolean;
  /**
   * What becomes of whoever works on the run. `goes-on`; `is-woken`: a run that waits is due at once; `is-replaced`: nothing is
   * accepted any more from who holds it, and it is due at once for anybody; `begins-anew`: it stands last in the order of
   * runs, due at once, and nothing is known of who held it. A run that is over is nobody's.
   */
  worker: 'goes-on' | 'is-woken' | 'is-replaced' | 'begins-anew';
  event: NewEvent;
}

export type CommandVerdict =
  /** Nothing is to be written: it was done before. */
  { kind: 'done' } | { kind: 'refused'; reason: string } | { kind: 'change'; change: RunChange };

/** Judges a command for `RunCommands.command`. */
export function judgeCommand(
  given: GivenCommand,
  giver: CommandGiver,
): (seen: CommandedRun) => CommandVerdict {
  return (seen) => {
    switch (given.command) {
      case 'undo':
        return undo(seen, giver);
      case 'edit':
        return edit(seen, given.reason, giver);
      case 'sign':
        return sign(seen, giver);
      default:
        return judgeProgress(seen, given, giver);
    }
  };
}

/** The words for a stopped run whose service has another run now. */
export function whileAnotherIsActive(): { kind: 'refused'; reason: string } {
  return refused('Another rollback of this service is under way. Wait for it, then resume.');
}

function undo({ run, steps, isBeforeStart }: CommandedRun, giver: CommandGiver): CommandVerdict {
  if (run.status === 'cancelled') return { kind: 'done' };
  const outlook = undoOutlook(run, steps, { isBeforeStart, now: giver.at });
  if (!outlook.allowed) return refused(outlook.whyNot);
  const text = `${giver.by} undid the rollback before it began`;
  return changed(said(run, giver, 'rollback.undone', text), {
    run: { status: 'cancelled', finishedAt: giver.at },
  });
}

function edit({ run }: CommandedRun, reason: string, giver: CommandGiver): CommandVerdict {
  if (reason === run.reason) return { kind: 'done' };
  const text = `${giver.by} wrote the reason of the rollback anew`;
  const event = said(run, giver, 'rollback.reason-edited', text);
  return changed(
    { ...event, data: { ...event.data, before: run.reason, after: reason } },
    { run: { reason, ...inOwnWords(run.requester) } },
  );
}

/** What a reason says beside the breach is not known of one that a person has written. */
function inOwnWords(requester: Requester): Partial<Pick<Run, 'requester'>> {
  if (requester.kind !== 'automatic' || requester.beside === undefined) return {};
  const { beside: _beside, ...rest } = requester;
  return { requester: rest };
}

function sign({ run }: CommandedRun, giver: CommandGiver): CommandVerdict {
  const { requester } = run;
  if (giver.by === unsigned) return refused('No name was given to sign it with.');
  if (requester.kind === 'automatic') return refused('Lastgood asked for this rollback by itself.');
  if (requester.name === giver.by) return { kind: 'done' };
  if (requester.name !== unsigned) return refused(`${requester.name} has asked for this rollback already.`);
  const event = said(run, giver, 'rollback.signed', `${giver.by} says to have asked for the rollback`);
  return changed(event, { run: { requester: { kind: 'person', name: giver.by } } });
}

function judgeProgress(
  seen: CommandedRun,
  given: Exclude<GivenCommand, { command: 'undo' | 'edit' | 'sign' }>,
  giver: CommandGiver,
): CommandVerdict {
  const { run, steps, overtakenBy, otherActive } = seen;
  // A second click on *stop* is the first one.
  if (given.command === 'stop' && run.stopAsked && run.status !== 'done') return { kind: 'done' };
  const outlook = outlookOf(given.command, run, steps, overtakenBy);
  if (!outlook.allowed) return refused(outlook.whyNot);
  if (run.status === 'stopped' && otherActive !== null) return whileAnotherIsActive();
  switch (given.command) {
    case 'resume':
      return queuedAgain(
        seen,
        said(run, giver, 'rollback.resumed', `${giver.by} resumed the rollback`),
        giver.at,
      );
    case 'retry': {
      const open = stepInProgress(run, steps);
      const text = `${giver.by} tries ${open ? named(open) : 'the step'} again`;
      return queuedAgain(seen, said(run, giver, 'rollback.retried', text), giver.at);
    }
    case 'skip':
      return skip(seen, given, giver);
    case 'hurry':
      return hurry(seen, giver);
    case 'stop':
      return stop(run, given.reason, giver);
  }
}

/** Steps that were not applied start afresh, limits included, and verification too, also one that was left out. */
function queuedAgain({ run, steps }: CommandedRun, event: NewEvent, at: number): CommandVerdict {
  const again = steps.filter((step) => isOpen(step) || isSkippedVerification(step));
  return changed(event, {
    run: takenUp(run, at),
    steps: again.map(pendingAgain),
    dropsChecks: true,
    worker: 'begins-anew',
  });
}

function pendingAgain({ ordinal }: RunStep): StepPatch {
  return {
    ...{ ordinal, status: 'pending', startedAt: null, finishedAt: null, dueAt: null },
    awayMs: 0,
  };
}

function isOpen({ status }: RunStep): boolean {
  return status !== 'applied' && status !== 'skipped';
}

function takenUp({ plan, finishedAt, pausedMs = 0 }: Run, at: number): RunChange['run'] {
  const status = plan === null ? 'queued' : 'running';
  // However short it stood: by this its second beginning is known from its first.
  const paused = Math.max(1, at - (finishedAt ?? at));
  return {
    ...{ status, stop: null, verdict: null, finishedAt: null, stopAsked: null },
    pausedMs: pausedMs + paused,
  };
}

/** The step in progress only looks: whoever is at it now loses nothing but the look, and can write no more. */
function skip(
  { run, steps }: CommandedRun,
  { ordinal, reason }: { ordinal: number; reason: string },
  giver: CommandGiver,
): CommandVerdict {
  const { by, at } = giver;
  const open = stepInProgress(run, steps);
  if (open?.ordinal !== ordinal) {
    const now = open ? `it is at ${named(open)} now` : 'no step is left';
    return refused(
      `Step ${ordinal + 1} is not the one in progress: ${now}. Look again before you leave one out.`,
    );
  }
  const note = `left out by ${by}: ${reason}`;
  const isStopped = run.status === 'stopped';
  const event = said(run, giver, 'rollback.step-skipped', `${by} left out ${named(open)}: ${reason}`);
  return changed(event, {
    run: isStopped ? takenUp(run, at) : {},
    steps: [
      { ordinal, status: 'skipped', finishedAt: at, dueAt: null, note },
      // Of a group that is taken up again with it, more than one member may have failed.
      ...(isStopped ? steps.filter((step) => step.lane !== open.lane && isOpen(step)).map(pendingAgain) : []),
    ],
    worker: isStopped ? 'begins-anew' : 'is-replaced',
  });
}

/** Whoever works on the run sees it when it looks at the stage again. */
function hurry({ run, steps }: CommandedRun, giver: CommandGiver): CommandVerdict {
  const event = said(run, giver, 'rollback.hurried', `${giver.by} sends all of the traffic back at once`);
  const rows = hurriedSteps(run, steps, giver.by);
  return changed(event, {
    steps: rows.map(({ ordinal, status, planned }) => ({ ordinal, status, planned })),
    worker: 'is-woken',
  });
}

/** Written for the worker to see: whoever holds the run ends the step in progress and begins no other. */
function stop(run: Run, reason: string | null, giver: CommandGiver): CommandVerdict {
  const { by, at } = giver;
  const why = reason ? `: ${reason}` : '';
  return changed(said(run, giver, 'rollback.stop-asked', `${by} asked to stop the rollback${why}`), {
    run: { stopAsked: { by, at, reason } },
    worker: 'is-woken',
  });
}

function changed(event: NewEvent, over: Partial<RunChange>): CommandVerdict {
  const nothing = { run: {}, steps: [], dropsChecks: false, worker: 'goes-on' as const };
  return { kind: 'change', change: { ...nothing, ...over, event } };
}

function refused(reason: string): { kind: 'refused'; reason: string } {
  return { kind: 'refused', reason };
}

function said(
  { id, service, deploymentId }: Run,
  { by, at }: CommandGiver,
  type: EventType,
  text: string,
): NewEvent {
  return eventAbout({ type, at, service, deploymentId, runId: id, text, data: { by } });
}
