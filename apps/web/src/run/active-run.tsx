import { useRunView } from '@lastgood/api-client/queries';
import { VisuallyHidden } from '@mantine/core';
import { Link } from 'react-router';
import { SignRun } from '../access/sign-run.tsx';
import { sentenceCase } from '../meaning/sentence-case.ts';
import classes from './active-run.module.css';
import { moveOf, togetherWith } from './group-members.ts';
import { moveName } from './release-names.ts';
import { RunActions } from './run-actions.tsx';
import { RunTime } from './run-card.tsx';
import { RunMark } from './run-mark.tsx';
import { runSentence } from './run-sentence.ts';
import { isCurrent, StepList } from './step-list.tsx';
import { expectedTotal } from './step-progress.ts';

/** The run under way, where the button was: its steps, and what it may be told. */
export function ActiveRun({ runId, service }: { runId: string; service: string }) {
  const { data, error } = useRunView(runId);
  if (!data) return <p>{error ? `The run cannot be shown: ${error.message}` : 'Loading the run…'}</p>;
  const { run, steps } = data;
  const { from, target } = moveOf(run, service);
  const together = togetherWith(run, service);
  return (
    <div className={classes.run}>
      <div className={classes.head}>
        <RunMark run={run} />
        <span>{moveName(from, target)}</span>
        <span className={classes.time}>
          <RunTime run={run} expected={expectedTotal(steps)} />
        </span>
      </div>
      {together && <p>{sentenceCase(together)}</p>}
      <Sentence text={runSentence(run)} stepSaysIt={steps.some(isCurrent)} />
      <StepList steps={steps} />
      {run.status === 'running' && <RunActions run={run} actions={data.actions} />}
      <SignRun run={run} />
      <Link to={`/runs/${run.id}`}>Open the run</Link>
    </div>
  );
}

/** How it stands, for those who listen; on the screen the step in progress says it already. */
function Sentence({ text, stepSaysIt }: { text: string; stepSaysIt: boolean }) {
  const spoken = <p aria-live="polite">{text}</p>;
  return stepSaysIt ? <VisuallyHidden>{spoken}</VisuallyHidden> : spoken;
}
