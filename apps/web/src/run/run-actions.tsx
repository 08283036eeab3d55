import type { RunActions as Actions, Run, RunAction } from '@lastgood/api-client';
import { Button } from '@mantine/core';
import {
  IconPlayerPlay,
  IconPlayerSkipForward,
  IconPlayerStop,
  IconPlayerTrackNext,
  IconRefresh,
} from '@tabler/icons-react';
import { ActionPopover } from './action-popover.tsx';
import classes from './run-actions.module.css';
import { useHurry, useResume, useRetry, useSkip, useStop } from './use-run-actions.ts';

interface RunActionsProps {
  run: Run;
  actions: Actions;
}

/**
 * What a person may tell the run now, each with what it leaves behind before the click: *resume* and *retry* beside their
 * button, *all at once*, *skip* and *stop* in what opens first.
 */
export function RunActions({ run, actions }: RunActionsProps) {
  const { resume, retry, skip, hurry, stop } = actions;
  if (!retry.allowed && !resume.allowed && skip.step === null && !stop.allowed) return null;
  return (
    <div className={classes.actions}>
      {retry.allowed && retry.step !== null && <Retry run={run} action={retry} step={retry.step} />}
      {resume.allowed && !retry.allowed && <Resume run={run} action={resume} />}
      {hurry.allowed && <Hurry run={run} action={hurry} />}
      {stop.allowed && <Stop run={run} action={stop} />}
      {skip.step !== null && <Skip run={run} action={skip} step={skip.step} />}
    </div>
  );
}

interface ActProps {
  run: Run;
  action: RunAction;
}

interface StepActProps extends ActProps {
  /** Its ordinal. */
  step: number;
}

function Resume({ run, action }: ActProps) {
  const resume = useResume(run);
  return (
    <div className={classes.act}>
      <Button
        h="var(--tap)"
        leftSection={<IconPlayerPlay size="1rem" />}
        loading={resume.isPending}
        onClick={() => resume.mutate()}
      >
        {run.stop?.ordinal == null ? 'Try again' : 'Resume'}
      </Button>
      <p>{action.leavesBehind}</p>
    </div>
  );
}

function Retry({ run, action, step }: StepActProps) {
  const retry = useRetry(run);
  return (
    <div className={classes.act}>
      <Button
        h="var(--tap)"
        leftSection={<IconRefresh size="1rem" />}
        loading={retry.isPending}
        onClick={() => retry.mutate()}
      >
        Retry step {step + 1}
      </Button>
      <p>{action.leavesBehind}</p>
    </div>
  );
}

function Skip({ run, action, step }: StepActProps) {
  const skip = useSkip(run);
  return (
    <ActionPopover
      word={`Skip step ${step + 1} with reason`}
      confirm="Skip it"
      icon={<IconPlayerTrackNext size="1rem" />}
      action={action}
      pending={skip.isPending}
      reason="needed"
      onConfirm={(reason, done) => skip.mutate({ ordinal: step, reason }, { onSuccess: done })}
    />
  );
}

function Hurry({ run, action }: ActProps) {
  const hurry = useHurry(run);
  return (
    <ActionPopover
      word="All at once"
      confirm="Send all of it"
      icon={<IconPlayerSkipForward size="1rem" />}
      action={action}
      pending={hurry.isPending}
      onConfirm={(_reason, done) => hurry.mutate(undefined, { onSuccess: done })}
    />
  );
}

function Stop({ run, action }: ActProps) {
  const stop = useStop(run);
  return (
    <ActionPopover
      word="Stop safely"
      confirm="Stop it"
      icon={<IconPlayerStop size="1rem" />}
      action={action}
      pending={stop.isPending}
      onConfirm={(_reason, done) => stop.mutate(undefined, { onSuccess: done })}
    />
  );
}
