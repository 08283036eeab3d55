import { formatTenths } from '../trigger/format.ts';
import { contractOf } from './contract-of.ts';
import { laneInTurn } from './lane-in-turn.ts';
import { stepsOf } from './lanes.ts';
import { hasChangedWorld, isProof, isSettled, onlyLooks, openStep } from './open-step.ts';
import { type Overtaking, overtakenInWords } from './overtaking.ts';
import { isActive, type Run, type RunStep } from './run.ts';

/**
 * What a person may tell a run.
 *
 * - `resume`: a stopped run goes on with the first step that is not done, by its plan; without a plan it plans anew.
 * - `retry`: the same, from the step that failed.
 * - `skip`: the step in progress is left out, with a reason. Only steps that look may be: a change made by hand is seen when
 *   its step is tried again, and a change that was not made is the rollback itself.
 * - `hurry`: traffic that goes back in stages goes at once, as soon as enough of the old version is ready.
 * - `stop`: nothing more is begun. A step whose effect may be on its way is finished first, so that the end is known.
 */
export type RunCommand = 'resume' | 'retry' | 'skip' | 'hurry' | 'stop';

/** Whether a command may be given now, and in words what it does and leaves behind, or why it may not. */
export type Outlook = { allowed: true; leavesBehind: string } | { allowed: false; whyNot: string };

type Commanded = Pick<Run, 'status' | 'plan' | 'stopAsked' | 'members'>;

/** @param overtakenBy what has come after it since it stopped */
export function outlookOf(
  command: RunCommand,
  run: Commanded,
  steps: readonly RunStep[],
  overtakenBy: Overtaking | null = null,
): Outlook {
  const outlook = judges[command](run, steps);
  if (!outlook.allowed || overtakenBy === null || run.status !== 'stopped') return outlook;
  // Its steps speak of a world that is gone.
  return no(overtakenInWords(overtakenBy));
}

/** What *undo* would do: only while the run is queued and before its start. */
export function undoOutlook(
  run: Pick<Run, 'status' | 'startsAt' | 'startedAt'>,
  steps: readonly RunStep[],
  { isBeforeStart, now }: { isBeforeStart: boolean; now: number },
): Outlook {
  if (run.status === 'queued' && isBeforeStart) return yes('Nothing was changed, and nothing will be.');
  if (!isActive(run)) return no(`The rollback has ended already (${run.status}).`);
  return no(
    `Too late to undo: ${begunInWords(run, steps, now)}. It finishes, or stops in a defined state; *Stop* ends it safely.`,
  );
}

/** "the first step began 0.4 s ago" */
function begunInWords(
  { startsAt, startedAt }: Pick<Run, 'startsAt' | 'startedAt'>,
  steps: readonly RunStep[],
  now: number,
): string {
  const begun = steps.map((step) => step.startedAt).filter((at) => at !== null);
  if (begun.length > 0) return `the first step began ${formatTenths(now - Math.min(...begun))} ago`;
  if (startedAt !== null) return `it was taken up ${formatTenths(now - startedAt)} ago`;
  return `its time to start was ${formatTenths(now - startsAt)} ago`;
}

const judges: Record<RunCommand, (run: Commanded, steps: readonly RunStep[]) => Outlook> = {
  resume(run, steps) {
    if (run.status !== 'stopped') return no(`Only a stopped rollback can be resumed; ${standing(run)}`);
    if (!run.plan) return yes('It plans anew and starts. Nothing was changed so far.');
    const step = resumesAt(steps);
    if (!step) return yes('Every step is done; it only has to be concluded.');
    return yes(`Goes on with ${named(step)}. If it stops there again: ${step.planned.leavesBehind}`);
  },
  retry(run, steps) {
    if (run.status !== 'stopped')
      return no(`Only a step of a stopped rollback can be tried again; ${standing(run)}`);
    const step = openStep(steps);
    if (step?.status !== 'failed') return no('No step has failed. Resume it: it goes on where it stopped.');
    const seen = onlyLooks(step) ? '' : ' What is in place already is seen and not sent a second time.';
    return yes(`Tries ${named(step)} again.${seen} If it fails again: ${step.planned.leavesBehind}`);
  },
  skip(run, steps) {
    if (run.status !== 'stopped' && run.status !== 'running')
      return no(`Nothing can be left out now: ${standing(run)}`);
    if (run.stopAsked && run.status === 'running')
      return no('It is being stopped. When it has stopped, the step can be left out.');
    const step = stepInProgress(run, steps);
    if (!step) return no('No step is left to leave out.');
    if (run.status === 'running' && step.status === 'pending')
      return no(`${sentence(named(step))} has not begun. Stop the rollback to leave it out.`);
    const { looksOnly } = contractOf(step.planned.step);
    if (looksOnly === null)
      return no(
        `${sentence(named(step))} is a change that the rollback is made of and cannot be left out. If it was made by hand, try the step again: it sees that and goes on.`,
      );
    return yes(`Leaves out ${named(step)}. ${looksOnly.whenSkipped}`);
  },
  hurry(run, steps) {
    if (run.status !== 'running') return no(`Nothing can be hurried now: ${standing(run)}`);
    if (run.stopAsked) return no('It is being stopped.');
    const gates = hurriedSteps(run, steps, '').length;
    if (gates === 0) return no('No traffic is left that would go back in stages.');
    const those = gates === 1 ? 'The gate that is left is' : `The ${gates} gates that are left are`;
    return yes(
      `All of the traffic goes back at once, as soon as enough of the old version is ready. ${those} not waited for: nobody sees first how it bears its share.`,
    );
  },
  stop(run, steps) {
    if (run.status !== 'queued' && run.status !== 'running')
      return no(`It cannot be stopped: ${standing(run)}`);
    if (run.stopAsked)
      return no(`${run.stopAsked.by} has asked for that; the step in progress is being finished.`);
    const step = stepInProgress(run, steps);
    if (!step && run.plan)
      return yes('Every step is done: it ends as done by itself. If that fails, it stops as it stands.');
    if (!step || (isSettled(step) && !hasChangedWorld(steps)))
      return yes('Nothing was changed, and nothing will be: the rollback is cancelled.');
    if (isSettled(step)) return yes(`Stops before ${named(step)}. Left behind: ${step.planned.leavesBehind}`);
    const next = steps.find((one) => one.ordinal > step.ordinal);
    return yes(
      `Finishes ${named(step)}, because it may be on its way, and begins nothing more. Left behind: ${(next ?? step).planned.leavesBehind}`,
    );
  },
};

/** The step a command is about: of a group under way, the one of the member in turn. */
export function stepInProgress(
  run: Pick<Run, 'status' | 'members' | 'plan'>,
  steps: readonly RunStep[],
): RunStep | undefined {
  const lane = isActive(run) ? laneInTurn(run, steps) : null;
  return openStep(lane === null ? steps : stepsOf(steps, lane));
}

/** What is still to be waited for of the service in turn, as steps for somebody who does not want to. */
export function hurriedSteps(
  run: Pick<Run, 'status' | 'members' | 'plan'>,
  steps: readonly RunStep[],
  by: string,
): RunStep[] {
  const current = stepInProgress(run, steps);
  return steps.flatMap((row) => {
    if (row.lane !== current?.lane || row.status === 'applied' || row.status === 'skipped') return [];
    const { step } = row.planned;
    const hurried = contractOf(step).hurried?.(step, by);
    return hurried ? [{ ...row, planned: { ...row.planned, step: hurried } }] : [];
  });
}

/** A verification that was left out is done after all when the run is resumed. */
export function isSkippedVerification(step: RunStep): boolean {
  return isProof(step) && step.status === 'skipped';
}

function resumesAt(steps: readonly RunStep[]): RunStep | undefined {
  return openStep(steps) ?? steps.find(isSkippedVerification);
}

const yes = (leavesBehind: string): Outlook => ({ allowed: true, leavesBehind });
const no = (whyNot: string): Outlook => ({ allowed: false, whyNot });

export function named(step: Pick<RunStep, 'ordinal' | 'planned'>): string {
  return `step ${step.ordinal + 1} (${step.planned.title})`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function standing({ status }: Pick<Run, 'status'>): string {
  switch (status) {
    case 'queued':
      return 'it has not begun yet.';
    case 'running':
      return 'this one is running.';
    case 'done':
      return 'this one is done.';
    case 'stopped':
      return 'this one has stopped already.';
    case 'cancelled':
      return 'this one was cancelled. Roll back again if it is wanted after all.';
  }
}
